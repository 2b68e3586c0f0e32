package dev.keyledger.kit.web;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import java.net.URI;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;

/** Spring's problem detail with a {@link Problem}'s code in front of what it says. */
@JsonPropertyOrder({"type", "title", "status", "code", "detail"})
final class ProblemBody extends ProblemDetail {
  private static final URI NO_TYPE_OF_ITS_OWN = URI.create("about:blank");

  private final String code;

  ProblemBody(Problem problem) {
    super(HttpStatusCode.valueOf(problem.status()).value());
    this.code = problem.code();
    setType(NO_TYPE_OF_ITS_OWN);
    setDetail(problem.detail());
    if (getTitle() == null) {
      setTitle("Refused");
    }
    problem.members().forEach(this::setProperty);
  }

  public String getCode() {
    return code;
  }
}
