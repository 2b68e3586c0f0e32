package dev.keyledger.gateway.dialect;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import java.util.Map;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import tools.jackson.databind.JsonNode;

/** What the client is told. What a dialect writes itself is never stored on the way. */
public final class Answer {
  private static final ProblemWriter PROBLEMS = new ProblemWriter(Json.MAPPER);

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  private Answer(int status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public static Answer json(int status, JsonNode body) {
    return json(status, MediaType.APPLICATION_JSON, body);
  }

  public static Answer json(int status, MediaType type, JsonNode body) {
    return written(status, type, Json.MAPPER.writeValueAsBytes(body));
  }

  private static Answer written(int status, MediaType type, byte[] body) {
    var headers = new HttpHeaders();
    headers.setContentType(type);
    headers.setCacheControl("no-store");
    return new Answer(status, headers, body);
  }

  /** Problem details (RFC 9457), as the canonical API writes them, without further members. */
  public static Answer problem(Problem problem) {
    var plain = Problem.of(problem.status(), problem.code(), problem.detail());
    return written(problem.status(), MediaType.APPLICATION_PROBLEM_JSON, PROBLEMS.bytesOf(plain))
        .with(problem.headers());
  }

  public static Answer empty(int status) {
    var headers = new HttpHeaders();
    headers.setCacheControl("no-store");
    return new Answer(status, headers, new byte[0]);
  }

  /** A service's answer as it is. */
  static Answer asTold(int status, HttpHeaders headers, byte[] body) {
    return new Answer(status, headers, body);
  }

  public Answer with(String header, String value) {
    var more = copyOfHeaders();
    more.set(header, value);
    return new Answer(status, more, body);
  }

  public Answer with(Map<String, String> more) {
    Answer answer = this;
    for (Map.Entry<String, String> header : more.entrySet()) {
      answer = answer.with(header.getKey(), header.getValue());
    }
    return answer;
  }

  /** One more of that name; for {@code Vary} and {@code Set-Cookie}. */
  public Answer adding(String header, String value) {
    var more = copyOfHeaders();
    more.add(header, value);
    return new Answer(status, more, body);
  }

  private HttpHeaders copyOfHeaders() {
    var copy = new HttpHeaders();
    headers.forEach((name, values) -> copy.addAll(name, values));
    return copy;
  }

  public int status() {
    return status;
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirst(name));
  }

  HttpHeaders headers() {
    return headers;
  }

  byte[] body() {
    return body;
  }
}
