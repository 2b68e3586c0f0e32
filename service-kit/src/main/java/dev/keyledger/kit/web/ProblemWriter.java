package dev.keyledger.kit.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes problem details (RFC 9457). The request's id is in the header alone, so that two refusals
 * for different reasons can be alike to the byte.
 */
public final class ProblemWriter {
  private final JsonMapper json;

  public ProblemWriter(JsonMapper json) {
    this.json = json;
  }

  /** For whoever answers by other means than servlets or Spring MVC's annotations. */
  public byte[] bytesOf(Problem problem) {
    return json.writeValueAsBytes(bodyOf(problem));
  }

  static Map<String, Object> bodyOf(Problem problem) {
    var body = new LinkedHashMap<String, Object>();
    body.put("type", "about:blank");
    body.put("title", titleOf(problem.status()));
    body.put("status", problem.status());
    body.put("code", problem.code());
    body.put("detail", problem.detail());
    body.putAll(problem.members());
    return body;
  }

  private static String titleOf(int status) {
    HttpStatus known = HttpStatus.resolve(status);
    return known == null ? "Refused" : known.getReasonPhrase();
  }

  /** For whoever answers from within Spring MVC. */
  static ResponseEntity<Object> entityOf(Problem problem) {
    var headers = new HttpHeaders();
    problem.headers().forEach(headers::set);
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    headers.setCacheControl("no-store");
    return ResponseEntity.status(problem.status()).headers(headers).body(bodyOf(problem));
  }

  /** For filters, which stand before Spring MVC. */
  public void write(HttpServletResponse response, Problem problem) throws IOException {
    byte[] body = bytesOf(problem);
    response.setStatus(problem.status());
    problem.headers().forEach(response::setHeader);
    response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
    response.setHeader(HttpHeaders.CACHE_CONTROL, "no-store");
    response.setContentLength(body.length);
    response.getOutputStream().write(body);
  }
}
