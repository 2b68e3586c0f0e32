package dev.keyledger.gateway;

import dev.keyledger.kit.web.GatewayHeaders;
import java.util.Locale;
import java.util.Set;
import org.springframework.cloud.gateway.server.mvc.filter.HttpHeadersFilter.ResponseHttpHeadersFilter;
import org.springframework.core.Ordered;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.function.ServerResponse;

/**
 * What a client sees of an answer's headers: nothing twice, nothing of the connection behind us,
 * nothing that is told to the gateway alone.
 */
@Component
public final class ReturningHeaders implements ResponseHttpHeadersFilter, Ordered {
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

  @Override
  public int getOrder() {
    return LOWEST_PRECEDENCE;
  }

  @Override
  public HttpHeaders apply(HttpHeaders answered, ServerResponse response) {
    return of(answered);
  }

  public static HttpHeaders of(HttpHeaders answered) {
    var returning = new HttpHeaders();
    answered.forEach((name, values) -> {
      if (!OURS.contains(name.toLowerCase(Locale.ROOT))) {
        returning.addAll(name, values);
      }
    });
    return returning;
  }
}
