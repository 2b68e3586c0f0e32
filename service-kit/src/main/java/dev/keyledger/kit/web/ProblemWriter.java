package dev.keyledger.kit.web;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.json.ProblemDetailJacksonMixin;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes problem details (RFC 9457). The request's id is in the header alone, so that two refusals
 * for different reasons can be alike to the byte.
 */
public final class ProblemWriter {
  private final JsonMapper json;

  public ProblemWriter(JsonMapper json) {
    this.json =
        json.rebuild().addMixIn(ProblemDetail.class, ProblemDetailJacksonMixin.class).build();
  }

  /** The body as bytes, for an answer that neither a servlet nor a controller writes. */
  public byte[] bytesOf(Problem problem) {
    return json.writeValueAsBytes(new ProblemBody(problem));
  }

  /**
   * For controllers and advice. It holds bytes: into a problem detail that Spring writes itself it
   * puts the request's path.
   */
  ResponseEntity<byte[]> entityOf(Problem problem) {
    var headers = new HttpHeaders();
    problem.headers().forEach(headers::set);
    headers.setContentType(MediaType.APPLICATION_PROBLEM_JSON);
    headers.setCacheControl("no-store");
    return ResponseEntity.status(problem.status()).headers(headers).body(bytesOf(problem));
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
