package dev.keyledger.gateway.dialect;

import dev.keyledger.gateway.ReturningHeaders;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.List;
import java.util.Optional;
import org.springframework.http.HttpHeaders;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/** What a service answered. */
public final class Reply {
  private static final List<String> KEPT =
      List.of("Retry-After", "Allow", "Accept-Encoding", "RateLimit", "RateLimit-Policy");

  private final int status;
  private final HttpHeaders headers;
  private final byte[] body;

  Reply(int status, HttpHeaders headers, byte[] body) {
    this.status = status;
    this.headers = headers;
    this.body = body;
  }

  public int status() {
    return status;
  }

  /** Nothing was refused. */
  public boolean isSuccess() {
    return status < 400;
  }

  /**
   * @return itself, if nothing was refused
   * @throws ProblemException otherwise, to be said by {@link Dialect#refusal}
   */
  public Reply orRefuse() {
    if (isSuccess()) {
      return this;
    }
    throw problem().toException();
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(headers.getFirst(name));
  }

  List<String> headers(String name) {
    return headers.getOrEmpty(name);
  }

  /** Of a body that isn't JSON: an empty object. */
  public JsonNode json() {
    try {
      return Json.MAPPER.readTree(body);
    } catch (JacksonException e) {
      return Json.object();
    }
  }

  /** A field of the body, by {@code a.b}; empty text where there is none. */
  public String text(String path) {
    return json().at("/" + path.replace('.', '/')).asString("");
  }

  /**
   * What was refused. Its code is the reason that token-service tells a gateway, where it tells
   * one; otherwise the refusal's own.
   */
  public Problem problem() {
    JsonNode json = json();
    String code = header(GatewayHeaders.REASON).orElse(json.path("code").asString(text("error")));
    String detail = json.path("detail").asString(text("error_description"));
    var problem = Problem.of(status, code, detail);
    for (String name : KEPT) {
      String value = headers.getFirst(name);
      problem = value == null ? problem : problem.withHeader(name, value);
    }
    return json.hasNonNull("field") ? problem.with("field", text("field")) : problem;
  }

  /** The same for the client. */
  public Answer asAnswer() {
    return Answer.asTold(status, ReturningHeaders.of(headers), body);
  }
}
