package dev.keyledger.gateway;

import dev.keyledger.client.TrustedProxies;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.RequestTrace;
import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.springframework.http.HttpHeaders;
import org.springframework.stereotype.Component;

/**
 * What a service sees of a request's headers: nothing of the connection to the client (RFC 9110,
 * section 7.6.1), nothing by which the client could pass for a proxy or for a caller that we have
 * verified, and who it came from, to which a trusted proxy's word is added.
 */
@Component
public final class OutgoingHeaders {
  private static final String FOR = "X-Forwarded-For";
  private static final String HOST = "X-Forwarded-Host";
  private static final String PROTO = "X-Forwarded-Proto";
  private static final Set<String> HOP_BY_HOP =
      Set.of(
          "connection",
          "keep-alive",
          "proxy-authenticate",
          "proxy-authorization",
          "proxy-connection",
          "te",
          "trailer",
          "transfer-encoding",
          "upgrade");
  private static final Set<String> NOT_FOR_CLIENTS_TO_SAY =
      Set.of(
          "forwarded",
          "x-real-ip",
          "x-original-url",
          "x-original-uri",
          "x-rewrite-url",
          "x-request-id",
          "traceparent");
  private static final List<String> PREFIXES_NOT_FOR_CLIENTS =
      List.of("x-auth-", "x-forwarded-", "keyledger-");

  private final TrustedProxies proxies;
  private final HostEnvironments environments;

  OutgoingHeaders(TrustedProxies proxies, HostEnvironments environments) {
    this.proxies = proxies;
    this.environments = environments;
  }

  /**
   * What a request says of itself.
   *
   * @param host of its target, where it has no header of that name
   */
  record Incoming(
      HttpHeaders headers,
      String method,
      String peer,
      String scheme,
      String host,
      RequestTrace trace) {}

  public HttpHeaders of(HttpServletRequest request) {
    return of(
        new Incoming(
            incoming(request),
            request.getMethod(),
            request.getRemoteAddr(),
            request.getScheme(),
            request.getServerName(),
            RequestTrace.of(request)));
  }

  HttpHeaders of(Incoming request) {
    HttpHeaders incoming = request.headers();
    boolean trusted = proxies.trusts(request.peer());

    var outgoing = new HttpHeaders();
    Set<String> ofConnection = namedByConnection(incoming);
    incoming.forEach((name, values) -> {
      String lower = name.toLowerCase(Locale.ROOT);
      if (!HOP_BY_HOP.contains(lower)
          && !ofConnection.contains(lower)
          && !NOT_FOR_CLIENTS_TO_SAY.contains(lower)
          && PREFIXES_NOT_FOR_CLIENTS.stream().noneMatch(lower::startsWith)) {
        outgoing.addAll(name, values);
      }
    });

    // A body of OPTIONS has to have a type (RFC 9110, section 9.3.7): our client insists on it.
    if (request.method().equals("OPTIONS") && !incoming.containsHeader(HttpHeaders.CONTENT_TYPE)) {
      outgoing.set(HttpHeaders.CONTENT_TYPE, "application/octet-stream");
    }

    // As it came: what can't be read in it has to stay where it stands, and be seen by services.
    List<String> chain = trusted ? incoming.getOrEmpty(FOR) : List.of();
    String peer = proxies.clientOf(request.peer(), List.of());
    outgoing.set(FOR, chain.isEmpty() ? peer : String.join(", ", chain) + ", " + peer);
    String host =
        said(trusted, incoming, HOST)
            .or(() -> Optional.ofNullable(incoming.getFirst(HttpHeaders.HOST)))
            .orElse(request.host());
    outgoing.set(HOST, host);
    outgoing.set(PROTO, said(trusted, incoming, PROTO).orElse(request.scheme()));
    environments
        .of(host)
        .ifPresent(named -> outgoing.set(GatewayHeaders.ENVIRONMENT, String.join(",", named)));

    RequestTrace trace = request.trace();
    outgoing.set("X-Request-Id", trace.requestId());
    outgoing.set("traceparent", trace.traceparent());
    return outgoing;
  }

  // As they came: reading them, a library would already refuse some media types.
  private static HttpHeaders incoming(HttpServletRequest request) {
    var incoming = new HttpHeaders();
    for (String name : Collections.list(request.getHeaderNames())) {
      incoming.addAll(name, Collections.list(request.getHeaders(name)));
    }
    return incoming;
  }

  // Of several proxies the nearest has the last word.
  private static Optional<String> said(boolean trusted, HttpHeaders incoming, String name) {
    List<String> values = trusted ? incoming.getValuesAsList(name) : List.of();
    return values.isEmpty() ? Optional.empty() : Optional.of(values.getLast());
  }

  private static Set<String> namedByConnection(HttpHeaders incoming) {
    var names = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    names.addAll(incoming.getValuesAsList(HttpHeaders.CONNECTION));
    return names;
  }
}
