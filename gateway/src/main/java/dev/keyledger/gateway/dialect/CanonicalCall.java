package dev.keyledger.gateway.dialect;

import dev.keyledger.gateway.PlainPathFilter;
import dev.keyledger.gateway.RoutingTable;
import dev.keyledger.gateway.Upstream;
import dev.keyledger.kit.web.AllowedMethods;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.web.util.UriComponentsBuilder;
import tools.jackson.databind.JsonNode;

/**
 * One call to the canonical API. Of the client's headers it carries only credentials (all of them:
 * whether two are one too many is token-service's to say) and {@code User-Agent}; besides, what the
 * gateway itself says of the client.
 */
public final class CanonicalCall {
  private static final Set<String> CARRIED =
      Set.of(
          "authorization",
          "x-api-key",
          "user-agent",
          "x-forwarded-for",
          "x-forwarded-host",
          "x-forwarded-proto",
          "x-request-id",
          "traceparent",
          GatewayHeaders.ENVIRONMENT.toLowerCase(Locale.ROOT));

  /** Of a forwarded request. The answer has to be readable here; the rest is written anew. */
  private static final Set<String> NOT_FORWARDED =
      Set.of("host", "content-length", "accept", "accept-encoding", "expect");

  private static final byte[] NOTHING = new byte[0];

  private final Canonical canonical;
  private final Call call;
  private final HttpHeaders headers = new HttpHeaders();

  CanonicalCall(Canonical canonical, Call call) {
    this.canonical = canonical;
    this.call = call;
    call.outgoing()
        .forEach((name, values) -> {
          if (CARRIED.contains(name.toLowerCase(Locale.ROOT))) {
            headers.addAll(name, values);
          }
        });
    headers.set(GatewayHeaders.DIALECT, call.dialect());
  }

  /** One more header, or another value for one. */
  public CanonicalCall with(String header, String value) {
    headers.set(header, value);
    return this;
  }

  /** For a call that shows what it has to show in its body, whatever else the client sent. */
  public CanonicalCall withoutCredential() {
    headers.remove(HttpHeaders.AUTHORIZATION);
    headers.remove("X-Api-Key");
    return this;
  }

  /**
   * Narrows the call to one environment, for a path that names it.
   *
   * @throws ProblemException 401 at a host that stands for others alone
   */
  public CanonicalCall in(String environment) {
    String ofHost = headers.getFirst(GatewayHeaders.ENVIRONMENT);
    if (ofHost != null && !List.of(ofHost.split(",")).contains(environment)) {
      throw Problem.of(401, "wrong_environment", "This host takes credentials of another kind.")
          .toException();
    }
    return with(GatewayHeaders.ENVIRONMENT, environment);
  }

  /**
   * Asks whether the client's credential is good here.
   *
   * @param scopes all of which it has to have
   * @throws ProblemException 401 or 403, its code the reason
   */
  public Authorized authorize(String... scopes) {
    Reply reply =
        scopes.length == 0
            ? get("/v1/authorize")
            : get("/v1/authorize?scope={scopes}", String.join(" ", scopes));
    reply.orRefuse();
    return new Authorized(
        reply.header("X-Auth-Organization"), reply.header("X-Auth-Subject").orElse(""));
  }

  /**
   * @param path such as {@code /v1/organizations/{org}/keys?environment={environment}}
   * @param values of its variables, in order
   */
  public Reply get(String path, String... values) {
    return send("GET", to("GET", path, values), NOTHING);
  }

  public Reply delete(String path, String... values) {
    return send("DELETE", to("DELETE", path, values), NOTHING);
  }

  /**
   * @param body {@code null} for none
   */
  public Reply post(String path, @Nullable JsonNode body, String... values) {
    if (body == null) {
      return send("POST", to("POST", path, values), NOTHING);
    }
    headers.setContentType(MediaType.APPLICATION_JSON);
    return send("POST", to("POST", path, values), Json.MAPPER.writeValueAsBytes(body));
  }

  /** A form, as the OAuth endpoints take it. */
  public Reply form(String path, Map<String, String> fields) {
    headers.setContentType(MediaType.APPLICATION_FORM_URLENCODED);
    String form =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return send("POST", to("POST", path), form.getBytes(StandardCharsets.UTF_8));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  /** Hands the client's request on to the service behind us, as it is. */
  public Reply forward() {
    var forwarded = new HttpHeaders();
    call.outgoing()
        .forEach((name, values) -> {
          if (!NOT_FORWARDED.contains(name.toLowerCase(Locale.ROOT))) {
            forwarded.addAll(name, values);
          }
        });
    forwarded.set(GatewayHeaders.DIALECT, call.dialect());
    String query = call.query() == null ? "" : "?" + call.query();
    URI uri = at(Upstream.DOWNSTREAM, call.path() + query);
    return canonical.send(Upstream.DOWNSTREAM, call.method(), uri, forwarded, call.bytes());
  }

  /**
   * The methods that the service behind us takes at the client's path. It is asked without the
   * client's credential: what may be known of a path may be known by anybody.
   *
   * @throws ProblemException what the service refuses, 404 for a path that isn't there
   */
  public Set<String> methodsBehind() {
    withoutCredential();
    Reply reply =
        canonical.send(
            Upstream.DOWNSTREAM, "OPTIONS", at(Upstream.DOWNSTREAM, call.path()), headers, NOTHING);
    return AllowedMethods.in(reply.orRefuse().headers("Allow"));
  }

  private Reply send(String method, To to, byte[] body) {
    return canonical.send(to.upstream(), method, to.uri(), headers, body);
  }

  private record To(Upstream upstream, URI uri) {}

  private To to(String method, String path, String... values) {
    String expanded =
        UriComponentsBuilder.fromUriString(path)
            .encode()
            .buildAndExpand((Object[]) values)
            .toUriString();
    String pathAlone = expanded.replaceFirst("\\?.*$", "");
    // What a client names may be anything, but never another path.
    Optional<Upstream> upstream =
        PlainPathFilter.isPlain(pathAlone)
            ? RoutingTable.find(method, pathAlone)
            : Optional.empty();
    Upstream found =
        upstream.orElseThrow(
            () -> Problem.of(404, "not_found", "There is nothing here.").toException());
    return new To(found, at(found, expanded));
  }

  private URI at(Upstream upstream, String pathAndQuery) {
    try {
      return URI.create(
          canonical.baseOf(upstream).toString().replaceFirst("/$", "") + pathAndQuery);
    } catch (IllegalArgumentException e) {
      throw Problem.of(400, "bad_request", "The address cannot be read.").toException();
    }
  }
}
