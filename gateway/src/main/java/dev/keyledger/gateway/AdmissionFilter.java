package dev.keyledger.gateway;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Optional;
import org.springframework.web.filter.OncePerRequestFilter;

/** {@link Admission} on the platform's own paths. */
final class AdmissionFilter extends OncePerRequestFilter {
  private final Admission admission;
  private final OutgoingHeaders outgoing;
  private final ProblemWriter problems;

  AdmissionFilter(Admission admission, OutgoingHeaders outgoing, ProblemWriter problems) {
    this.admission = admission;
    this.outgoing = outgoing;
    this.problems = problems;
  }

  @Override
  protected void doFilterInternal(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    Optional<Problem> refusal = admission.refusalOf(request, outgoing.of(request));
    if (refusal.isPresent()) {
      problems.write(response, refusal.get());
    } else {
      chain.doFilter(request, response);
    }
  }
}
