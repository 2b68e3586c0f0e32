package dev.keyledger.gateway;

import dev.keyledger.kit.web.GatewayHeaders;
import java.util.Locale;
import java.util.Set;
import org.springframework.http.HttpHeaders;

/**
 * What a client sees of an answer's headers: nothing twice, nothing of the connection behind us,
 * nothing that is told to the gateway alone.
 */
public final class ReturningHeaders {
  private static final Set<String> OURS =
      Set.of(
          "x-request-id",
          "traceparent",
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade",
          "server",
          "date",
          GatewayHeaders.REASON.toLowerCase(Locale.ROOT));

  private ReturningHeaders() {}

  /**
   * @param name in any case
   */
  static boolean contain(String name) {
    return !OURS.contains(name.toLowerCase(Locale.ROOT));
  }

  public static HttpHeaders of(HttpHeaders answered) {
    var returning = new HttpHeaders();
    answered.forEach((name, values) -> {
      if (contain(name)) {
        returning.addAll(name, values);
      }
    });
    return returning;
  }
}
