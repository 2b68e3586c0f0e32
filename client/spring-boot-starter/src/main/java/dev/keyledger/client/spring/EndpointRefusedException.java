package dev.keyledger.client.spring;

import dev.keyledger.client.AccessRefusedException;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.ProblemDetail;
import org.springframework.web.ErrorResponseException;

/**
 * A refusal on its way out of Spring MVC. The host's own handling of errors makes the answer: with
 * nothing set up it is Spring's usual one, with this status and these headers.
 */
public final class EndpointRefusedException extends ErrorResponseException {
  private final transient AccessRefusedException refusal;

  EndpointRefusedException(AccessRefusedException refusal) {
    super(
        HttpStatusCode.valueOf(refusal.status()),
        ProblemDetail.forStatusAndDetail(
            HttpStatusCode.valueOf(refusal.status()), refusal.detail()),
        refusal);
    this.refusal = refusal;
    getBody().setProperty("code", refusal.code());
    if (refusal.permission() != null) {
      getBody().setProperty("permission", refusal.permission());
    }
    refusal.headers().forEach(getHeaders()::set);
  }

  public AccessRefusedException refusal() {
    return refusal;
  }
}
