package dev.keyledger.kit.web;

import dev.keyledger.client.spring.PublicEndpoint;
import dev.keyledger.kit.web.bounds.RefusalForm;
import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Set;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * Answers what failed outside of Spring MVC, in a filter or the server itself, in the same form.
 */
@RestController
public final class ProblemErrorController implements ErrorController {
  private final ProblemWriter problems;
  private final PathMethods methods;

  ProblemErrorController(ProblemWriter problems, PathMethods methods) {
    this.problems = problems;
    this.methods = methods;
  }

  @RequestMapping("${server.error.path:/error}")
  @PublicEndpoint(because = "it is where the server itself hands on what it refused")
  void error(HttpServletRequest request, HttpServletResponse response) throws IOException {
    problems.write(
        response,
        switch (request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE)) {
          case Integer status when status == 405 -> wrongMethod(request);
          case Integer status when status == 413 -> BodyFilter.tooLarge();
          case Integer status when status >= 400 && status < 500 && status != 404 ->
              RefusalForm.unreadable(status);
          case Integer status when status >= 500 -> ProblemAdvice.internal();
          case null, default -> ProblemAdvice.nothingHere();
        });
  }

  // The server has said what it knows of methods, which isn't what is true of the path.
  private Problem wrongMethod(HttpServletRequest request) {
    Object path = request.getAttribute(RequestDispatcher.ERROR_REQUEST_URI);
    Set<String> here = methods.of(String.valueOf(path));
    return here.isEmpty() ? ProblemAdvice.nothingHere() : AllowedMethods.refusal(here);
  }
}
