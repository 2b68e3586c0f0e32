package dev.keyledger.client;

import dev.keyledger.client.revocations.HttpRevocations;
import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.events.credential.SecretText;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.time.Duration;

/**
 * Puts an {@link Authenticator} together:
 *
 * <pre>{@code
 * Authenticator keyledger =
 *     KeyledgerClient.of("https://keyledger.example", new SecretText(apiKey)).authenticator();
 * Caller caller = keyledger.authenticate(Credential.of(token), RequestContext.from(address));
 * }</pre>
 *
 * <p>Immutable: each {@code with…} gives another client.
 */
public final class KeyledgerClient {
  private final String issuer;
  private final URI url;
  private final SecretText apiKey;
  private final Revocations revocations;
  private final Duration longestTokenLifetime;
  private final Duration timeout;

  private KeyledgerClient(
      String issuer,
      URI url,
      SecretText apiKey,
      Revocations revocations,
      Duration longestTokenLifetime,
      Duration timeout) {
    this.issuer = issuer;
    this.url = url;
    this.apiKey = apiKey;
    this.revocations = revocations;
    this.longestTokenLifetime = longestTokenLifetime;
    this.timeout = timeout;
  }

  /**
   * A client that follows no revocations and asks token-service about every credential, with two
   * seconds for a question.
   *
   * @param issuer the platform's base URL, as access tokens name it
   * @param apiKey of this service: a platform service's key
   * @throws IllegalArgumentException for an issuer that is no URL, or an empty key
   */
  public static KeyledgerClient of(String issuer, SecretText apiKey) {
    if (apiKey.revealSecret().isBlank()) {
      throw new IllegalArgumentException("without a key of its own a service can ask nothing");
    }
    return new KeyledgerClient(
        issuer,
        URI.create(issuer),
        apiKey,
        Revocations.unknown(),
        Duration.ofHours(24),
        Duration.ofSeconds(2));
  }

  /** Another way to token-service than through the issuer's URL. */
  public KeyledgerClient withUrl(URI other) {
    return new KeyledgerClient(issuer, other, apiKey, revocations, longestTokenLifetime, timeout);
  }

  /**
   * Verifies access tokens here while these are fresh, and asks only about the rest.
   *
   * @param longestTokenLifetime how far back they reach; a token that lives longer is asked about
   */
  public KeyledgerClient withRevocations(Revocations followed, Duration longestTokenLifetime) {
    return new KeyledgerClient(issuer, url, apiKey, followed, longestTokenLifetime, timeout);
  }

  /** How long one question may take as a whole, its answer's body included. */
  public KeyledgerClient withTimeout(Duration other) {
    return new KeyledgerClient(issuer, url, apiKey, revocations, longestTokenLifetime, other);
  }

  /**
   * Begins to follow what has ended, for {@link #withRevocations}. Of an organisation's own key it
   * is told of that organisation alone, and named as {@code follower} in its receipts. Whoever
   * closes it ends the following.
   *
   * @param longestTokenLifetime how far back it reaches
   * @param maxStaleness for how long what is known is relied on, a second at least: ten seconds let
   *     a gateway start anew unnoticed
   */
  public HttpRevocations follow(Duration longestTokenLifetime, Duration maxStaleness) {
    return follow("follower", longestTokenLifetime, maxStaleness);
  }

  /**
   * The same, for one of several services.
   *
   * @param name what receipts call it: a-z, 0-9 and -, at most 64 of them
   */
  public HttpRevocations follow(String name, Duration longestTokenLifetime, Duration maxStaleness) {
    var followed =
        new HttpRevocations(
            http(),
            under("/v1/revocations"),
            apiKey::revealSecret,
            longestTokenLifetime,
            maxStaleness,
            name,
            System::nanoTime);
    followed.start();
    return followed;
  }

  private HttpClient http() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(timeout)
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  public Authenticator authenticator() {
    HttpClient http = http();
    return new LocalAuthenticator(
        new TokenVerifier(
            issuer,
            new HttpSigningKeys(http, under("/.well-known/jwks.json"), timeout, System::nanoTime),
            Clock.systemUTC()),
        revocations,
        new HttpIntrospector(http, under("/oauth2/introspect"), apiKey::revealSecret, timeout),
        longestTokenLifetime,
        System::nanoTime);
  }

  private URI under(String path) {
    String base = url.toString();
    return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
  }
}
