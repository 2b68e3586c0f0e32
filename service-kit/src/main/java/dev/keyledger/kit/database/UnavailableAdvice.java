package dev.keyledger.kit.database;

import dev.keyledger.kit.web.BegunAnswer;
import dev.keyledger.kit.web.ProblemWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.NonTransientDataAccessResourceException;
import org.springframework.dao.RecoverableDataAccessException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** A database that can't be used now is 503 {@code unavailable} at every service. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class UnavailableAdvice {
  private static final Logger log = LoggerFactory.getLogger(UnavailableAdvice.class);

  private final ProblemWriter problems;

  UnavailableAdvice(ProblemWriter problems) {
    this.problems = problems;
  }

  /** The types of {@link UnavailableDatabase#isReasonOf}. */
  @ExceptionHandler({
    TransientDataAccessException.class,
    RecoverableDataAccessException.class,
    NonTransientDataAccessResourceException.class,
    CannotCreateTransactionException.class
  })
  void unavailable(RuntimeException e, HttpServletResponse response) throws IOException {
    BegunAnswer.refuse(response, e);
    log.warn("PostgreSQL cannot be used just now", e);
    problems.write(response, UnavailableDatabase.PROBLEM);
  }
}
