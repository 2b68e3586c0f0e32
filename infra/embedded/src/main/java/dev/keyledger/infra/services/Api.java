package dev.keyledger.infra.services;

import com.eatthepath.otp.TimeBasedOneTimePasswordGenerator;
import dev.keyledger.events.EventCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublisher;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.crypto.spec.SecretKeySpec;
import org.apache.commons.codec.binary.Base32;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;

/**
 * An HTTP client of the platform, as the runner's seeder and the suites use it. One that carries
 * headers is a copy: {@code api.as(token).post("/v1/organizations", body)}.
 */
public final class Api {
  private static final Duration PATIENCE = Duration.ofSeconds(40);
  private static final Duration CONNECT = Duration.ofSeconds(5);

  /** Shared, for its connections: a suite makes many of these. */
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).connectTimeout(CONNECT).build();

  private final URI base;
  private final Map<String, String> headers;
  private final Watcher watcher;

  private Api(URI base, Map<String, String> headers, Watcher watcher) {
    this.base = base;
    this.headers = Map.copyOf(headers);
    this.watcher = watcher;
  }

  public static Api at(URI base) {
    return new Api(base, Map.of(), (method, path, answer) -> {});
  }

  /** Sees every answer before who asked does. */
  public interface Watcher {
    void answered(String method, String path, Answer answer);
  }

  public Api watchedBy(Watcher one) {
    return new Api(base, headers, one);
  }

  /**
   * @param body of an answer that is not JSON: empty
   */
  public record Answer(
      int status, Map<String, List<String>> headers, JsonNode body, String rawBody) {
    public boolean isSuccess() {
      return status / 100 == 2;
    }

    /** A field of the answer by its path ({@code key.id}), or an empty text. */
    public String text(String path) {
      return node(path).asString("");
    }

    public JsonNode node(String path) {
      JsonNode node = body;
      for (String name : path.split("\\.", -1)) {
        node = node.path(name);
      }
      return node;
    }

    /** The first of that name, or an empty text. */
    public String header(String name) {
      return Objects.requireNonNullElse(headerOrNull(name), "");
    }

    /** The first of that name. */
    public @Nullable String headerOrNull(String name) {
      return headers.entrySet().stream()
          .filter(header -> header.getKey().equalsIgnoreCase(name))
          .flatMap(header -> header.getValue().stream())
          .findFirst()
          .orElse(null);
    }

    /** What went wrong, for a person. */
    public String problem() {
      return (status + " " + text("code") + " " + text("detail")).strip();
    }

    /** Of a success the body may hold a secret, so that it isn't shown. */
    @Override
    public String toString() {
      return isSuccess() ? Integer.toString(status) : status + " " + rawBody;
    }
  }

  /** With a bearer token: an access token, or an API key. */
  public Api as(String bearer) {
    return with("Authorization", "Bearer " + bearer);
  }

  public Api with(String header, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(header, value);
    return new Api(base, more, watcher);
  }

  public URI base() {
    return base;
  }

  public Answer get(String path) {
    return send("GET", path, null, null);
  }

  public Answer delete(String path) {
    return send("DELETE", path, null, null);
  }

  public Answer post(String path) {
    return send("POST", path, null, null);
  }

  public Answer post(String path, Map<String, ?> body) {
    return json("POST", path, body);
  }

  public Answer put(String path, Map<String, ?> body) {
    return json("PUT", path, body);
  }

  public Answer patch(String path, Map<String, ?> body) {
    return json("PATCH", path, body);
  }

  /** A form, as the OAuth endpoints take it. */
  public Answer form(String path, Map<String, String> fields) {
    String text =
        fields.entrySet().stream()
            .map(field -> encoded(field.getKey()) + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(
        "POST",
        path,
        "application/x-www-form-urlencoded",
        HttpRequest.BodyPublishers.ofString(text));
  }

  /** Any text as a body, for what a client shouldn't send. */
  public Answer raw(String method, String path, String contentType, String body) {
    return send(method, path, contentType, HttpRequest.BodyPublishers.ofString(body));
  }

  /** Whether a body of that {@code Content-Type} is one JSON text, which lines of JSON are not. */
  public static boolean isJson(String contentType) {
    String type = contentType.replaceFirst("\\s*;.*", "").toLowerCase(Locale.ROOT);
    return type.endsWith("/json") || type.endsWith("+json");
  }

  /** The code that an authenticator shows for that secret (base32) at that time, RFC 6238. */
  public static String totp(String secret, Instant at) {
    try {
      var totp = new TimeBasedOneTimePasswordGenerator();
      var key = new SecretKeySpec(new Base32().decode(secret), totp.getAlgorithm());
      return totp.generateOneTimePasswordString(key, at);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("this JDK makes no TOTP codes", e);
    }
  }

  private Answer json(String method, String path, Map<String, ?> body) {
    return send(
        method,
        path,
        "application/json",
        HttpRequest.BodyPublishers.ofByteArray(EventCodec.mapper().writeValueAsBytes(body)));
  }

  /**
   * The lines of an answer that doesn't end, such as a stream of events, up to the first one that
   * begins like that; then it is ended.
   */
  public List<String> linesUntil(String path, String beginning) {
    var request = HttpRequest.newBuilder(base.resolve(path)).timeout(PATIENCE).GET();
    headers.forEach(request::header);
    try (Stream<String> lines =
        HTTP.send(request.build(), HttpResponse.BodyHandlers.ofLines()).body()) {
      return lines.takeWhile(line -> !line.startsWith(beginning)).toList();
    } catch (IOException e) {
      throw new UncheckedIOException(base.resolve(path) + " got no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private Answer send(
      String method, String path, @Nullable String contentType, @Nullable BodyPublisher body) {
    var request =
        HttpRequest.newBuilder(base.resolve(path))
            .timeout(PATIENCE)
            .method(method, body == null ? HttpRequest.BodyPublishers.noBody() : body);
    headers.forEach(request::header);
    if (contentType != null) {
      request.header("Content-Type", contentType);
    }
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString(StandardCharsets.UTF_8));
      boolean json = isJson(response.headers().firstValue("Content-Type").orElse(""));
      var answer =
          new Answer(
              response.statusCode(),
              response.headers().map(),
              json && !response.body().isBlank()
                  ? EventCodec.mapper().readTree(response.body())
                  : EventCodec.mapper().createObjectNode(),
              response.body());
      watcher.answered(method, path, answer);
      return answer;
    } catch (IOException e) {
      throw new UncheckedIOException(method + " " + base.resolve(path) + " got no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }
}
