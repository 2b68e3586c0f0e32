package dev.keyledger.kit.web;

import dev.keyledger.client.spring.PublicEndpoint;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers what failed outside of Spring MVC, in a filter or the server itself, in the same form.
 */
@RestController
public final class ProblemErrorController implements ErrorController {
  private final ProblemWriter problems;

  ProblemErrorController(ProblemWriter problems) {
    this.problems = problems;
  }

  @RequestMapping("${server.error.path:/error}")
  @PublicEndpoint(because = "it is where the server itself hands on what it refused")
  ResponseEntity<byte[]> error(HttpServletRequest request) {
    return problems.entityOf(
        switch (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE)) {
          case Integer status when status == 413 -> BodyFilter.tooLarge();
          case Integer status when status >= 400 && status < 500 && status != 404 ->
              Problem.of(status, "bad_request", "The request cannot be understood.");
          case Integer status when status >= 500 -> ProblemAdvice.internal();
          case null, default -> Problem.of(404, "not_found", "There is nothing here.");
        });
  }
}
