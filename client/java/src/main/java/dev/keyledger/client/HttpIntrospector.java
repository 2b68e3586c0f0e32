package dev.keyledger.client;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Asks token-service over HTTP (RFC 7662). Bounded in time and in how many ask at once, so that a
 * token-service that hangs cannot take this service's threads along. Nothing is remembered: a key
 * that was revoked a moment ago has to be refused now.
 */
public final class HttpIntrospector implements Introspector {
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final int AT_ONCE = 128;

  private final BoundedHttp http;
  private final URI endpoint;
  private final Supplier<String> ownCredential;
  private final Duration timeout;
  private final Semaphore asking = new Semaphore(AT_ONCE);

  /**
   * @param endpoint token-service's {@code /oauth2/introspect}
   * @param ownCredential by which this service shows who it is: an internal token or a key
   * @param timeout of one question, waiting for a turn included
   */
  public HttpIntrospector(
      HttpClient http, URI endpoint, Supplier<String> ownCredential, Duration timeout) {
    this.http = new BoundedHttp(http, timeout, LARGEST_ANSWER);
    this.endpoint = endpoint;
    this.ownCredential = ownCredential;
    this.timeout = timeout;
  }

  @Override
  public IntrospectionResult introspect(SecretText credential, String address) {
    try {
      if (!asking.tryAcquire(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new UnavailableException("too many are asking token-service");
      }
      try {
        return read(answerTo(credential, address), address);
      } finally {
        asking.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnavailableException("interrupted while asking token-service", e);
    } catch (IOException e) {
      throw new UnavailableException("token-service does not answer", e);
    } catch (JacksonException | IllegalArgumentException e) {
      throw new UnavailableException("token-service's answer cannot be read", e);
    }
  }

  private HttpResponse<byte[]> answerTo(SecretText credential, String address)
      throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(endpoint)
            .timeout(timeout)
            .header("Authorization", "Bearer " + ownCredential.get())
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Accept", "application/json")
            .POST(
                BodyPublishers.ofString(
                    "token="
                        + encoded(credential.revealSecret())
                        + "&client_ip="
                        + encoded(readable(address))))
            .build();
    try {
      return http.send(request);
    } catch (HttpTimeoutException e) {
      throw e;
    } catch (IOException e) {
      // A kept-alive connection that the other side has just closed; asking twice does no harm.
      return http.send(request);
    }
  }

  // What is no address is refused there, and an unknown one satisfies no allowlist.
  private static String readable(String address) {
    return AddressRange.address(address) == null ? "" : address;
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static IntrospectionResult read(HttpResponse<byte[]> response, String address) {
    if (response.statusCode() != 200) {
      // 401 means that our own credential isn't good: then none can be told good or bad.
      throw new UnavailableException("token-service answers " + response.statusCode());
    }
    JsonNode json = EventCodec.mapper().readTree(response.body());
    if (!json.path("active").asBoolean(false)) {
      return new IntrospectionResult.Inactive(text(json, "code"));
    }
    return new IntrospectionResult.Active(
        callerOf(json, address),
        json.path("pos").asLong(-1),
        json.path("ipb").asBoolean(!json.has("ipb")),
        json.has("exp") ? Instant.ofEpochSecond(json.path("exp").asLong(0)) : null);
  }

  private static Caller callerOf(JsonNode json, String address) {
    String subject = json.required("sub").stringValue();
    String kind = json.required("kind").stringValue();
    return new Caller(
        Caller.Kind.valueOf(kind.toUpperCase(Locale.ROOT)),
        id(json, "org", OrganizationId::new),
        text(json, "slug"),
        subject.startsWith(PersonId.PREFIX) ? new PersonId(subject) : null,
        id(json, "mem", MemberId::new),
        id(json, "key_id", KeyId::new),
        id(json, "sid", SessionId::new),
        TokenVerifier.permissions(text(json, "scope")),
        text(json, "env"),
        issuedAt(json),
        address);
  }

  // An API key has no time of issue that matters here.
  private static Instant issuedAt(JsonNode json) {
    return json.has("iat_ms")
        ? Instant.ofEpochMilli(json.path("iat_ms").asLong(0))
        : Instant.ofEpochSecond(json.path("iat").asLong(0));
  }

  private static <I> @Nullable I id(JsonNode json, String name, Function<String, I> make) {
    String text = text(json, name);
    return text == null ? null : make.apply(text);
  }

  private static @Nullable String text(JsonNode json, String name) {
    return json.hasNonNull(name) ? json.path(name).asString() : null;
  }
}
