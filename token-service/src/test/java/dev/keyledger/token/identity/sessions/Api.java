package dev.keyledger.token.identity.sessions;

import dev.keyledger.testing.DescribedAnswers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One client at an address of its own. */
final class Api {
  private static final HttpClient HTTP = HttpClient.newHttpClient();
  private static final JsonMapper JSON = JsonMapper.builder().build();

  private final int port;
  private final String address;
  private final String dialect;
  private final String agent;

  private Api(int port, String address, String dialect, String agent) {
    this.port = port;
    this.address = address;
    this.dialect = dialect;
    this.agent = agent;
  }

  static Api at(int port) {
    var random = ThreadLocalRandom.current();
    return new Api(
        port,
        "10.%d.%d.%d".formatted(random.nextInt(256), random.nextInt(256), random.nextInt(256)),
        null,
        "test browser");
  }

  Api inDialect(String other) {
    return new Api(port, address, other, agent);
  }

  /** The same by another program. */
  Api byAgent(String other) {
    return new Api(port, address, dialect, other);
  }

  String address() {
    return address;
  }

  record Answer(int status, Map<String, java.util.List<String>> headers, String text) {
    JsonNode json() {
      return JSON.readTree(text);
    }

    String field(String name) {
      JsonNode value = json().path(name);
      return value.isMissingNode() || value.isNull() ? null : value.asString();
    }

    String code() {
      return status + " " + field("code");
    }

    String header(String name) {
      return headers.entrySet().stream()
          .filter(h -> h.getKey().equalsIgnoreCase(name))
          .map(h -> h.getValue().getFirst())
          .findFirst()
          .orElse(null);
    }
  }

  Answer post(String path, Map<String, ?> body) {
    return send("POST", path, body, null);
  }

  Answer post(String path, String token, Map<String, ?> body) {
    return send("POST", path, body, token);
  }

  Answer postForm(String path, String token, String form) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("X-Forwarded-For", address)
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Authorization", "Bearer " + token)
            .POST(HttpRequest.BodyPublishers.ofString(form));
    return send(request);
  }

  /** Of JSON as it stands there, since no mapper writes half a surrogate pair. */
  Answer postText(String path, String token, String json) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("X-Forwarded-For", address)
            .header("Content-Type", "application/json")
            .POST(HttpRequest.BodyPublishers.ofString(json));
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    return send(request);
  }

  Answer get(String path, String token) {
    return send("GET", path, null, token);
  }

  Answer delete(String path, String token) {
    return send("DELETE", path, null, token);
  }

  Answer delete(String path, String token, Map<String, String> headers) {
    return send("DELETE", path, null, token, headers);
  }

  private Answer send(String method, String path, Map<String, ?> body, String token) {
    return send(method, path, body, token, Map.of());
  }

  private Answer send(
      String method, String path, Map<String, ?> body, String token, Map<String, String> headers) {
    var request =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + path))
            .header("X-Forwarded-For", address)
            .header("User-Agent", agent)
            .method(
                method,
                body == null
                    ? HttpRequest.BodyPublishers.noBody()
                    : HttpRequest.BodyPublishers.ofString(JSON.writeValueAsString(body)));
    if (body != null) {
      request.header("Content-Type", "application/json");
    }
    if (token != null) {
      request.header("Authorization", "Bearer " + token);
    }
    headers.forEach(request::header);
    if (dialect != null) {
      request.header("Keyledger-Dialect", dialect);
    }
    return send(request);
  }

  private static Answer send(HttpRequest.Builder request) {
    try {
      HttpResponse<String> response =
          HTTP.send(request.build(), HttpResponse.BodyHandlers.ofString());
      if (!response.uri().getPath().equals(PeopleTestApplication.ELSEWHERE)) {
        DescribedAnswers.canonical().check(response);
      }
      return new Answer(response.statusCode(), response.headers().map(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
