package dev.keyledger.client.spring;

import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param issuer of access tokens, who is their audience too: the platform's base URL
 * @param url where token-service is reached for its key set and introspection; the issuer by
 *     default
 * @param apiKey by which this service shows who it is: its platform service's key
 * @param longestTokenLifetime how far back revocations are known; a token that lives longer is
 *     always asked about
 * @param follow whether this service follows what has ended, over HTTP, so that it verifies signed
 *     tokens by itself
 * @param follower what receipts call this service where it follows: a-z, 0-9 and -, at most 64
 * @param maxStaleness for how long what is known of that is relied on; a second at least
 * @param timeout of one question to token-service, body included
 * @param trustedProxies CIDRs of proxies whose {@code X-Forwarded-For} counts; none by default
 * @param undeclaredEndpoints what an endpoint gets that carries neither {@link Requires} nor {@link
 *     PublicEndpoint} and takes no {@code Caller}
 * @param health whether readiness tells if revocations are followed; only with Spring Boot's health
 *     on the class path
 */
@ConfigurationProperties("keyledger.client")
record ClientSettings(
    @DefaultValue("http://localhost:8080") String issuer,
    @Nullable URI url,
    @Nullable String apiKey,
    @DefaultValue("PT24H") Duration longestTokenLifetime,
    @DefaultValue("false") boolean follow,
    @DefaultValue("follower") String follower,
    @DefaultValue("PT10S") Duration maxStaleness,
    @DefaultValue("PT2S") Duration timeout,
    @DefaultValue List<String> trustedProxies,
    @DefaultValue("open") UndeclaredEndpoints undeclaredEndpoints,
    @DefaultValue("false") boolean health) {

  /** What becomes of an endpoint that declares no access rule. */
  enum UndeclaredEndpoints {
    /** It is the host's own affair: the client doesn't touch it. */
    OPEN,
    /** Any verified caller. */
    AUTHENTICATED,
    /** It answers no caller: 403. */
    DENIED,
    /** The service doesn't start, and says which endpoints they are. */
    REFUSE_TO_START
  }

  URI under(String path) {
    String base = Objects.requireNonNullElseGet(url, () -> URI.create(issuer)).toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }

  @Override
  public String toString() {
    return "[client settings]";
  }
}
