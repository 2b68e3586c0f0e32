package dev.keyledger.kit.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.kit.web.ProblemWriter;
import java.sql.SQLException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.springframework.dao.CannotAcquireLockException;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.jdbc.CannotGetJdbcConnectionException;
import org.springframework.mock.web.MockHttpServletResponse;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.transaction.TransactionSystemException;
import org.springframework.web.method.annotation.ExceptionHandlerMethodResolver;
import tools.jackson.databind.json.JsonMapper;

class UnavailableAdviceTest {
  private static final ExceptionHandlerMethodResolver HANDLERS =
      new ExceptionHandlerMethodResolver(UnavailableAdvice.class);

  static Stream<Exception> outages() {
    return Stream.of(
        new DataAccessResourceFailureException("gone"),
        new TransientDataAccessResourceException("ended"),
        new QueryTimeoutException("slow"),
        new CannotAcquireLockException("locked"),
        new CannotGetJdbcConnectionException("none left"),
        new CannotCreateTransactionException("none left"));
  }

  static Stream<Exception> mistakes() {
    return Stream.of(
        new BadSqlGrammarException("a", "SELECT", new SQLException("no")),
        new DuplicateKeyException("twice"),
        new TransactionSystemException("who knows"),
        new IllegalStateException("ours"));
  }

  @ParameterizedTest
  @MethodSource("outages")
  void aDatabaseThatCannotBeUsedNowIsNotOurFault(Exception outage) {
    assertThat(HANDLERS.resolveMethodByExceptionType(outage.getClass())).isNotNull();
    assertThat(UnavailableDatabase.isReasonOf(outage)).isTrue();
  }

  /** It would look like the whole answer, with a line too many. */
  @Test
  void anAnswerThatHasBegunIsNotEndedByAProblem() throws Exception {
    var response = new MockHttpServletResponse();
    response.getOutputStream().write('1');
    response.flushBuffer();
    var outage = new QueryTimeoutException("slow");
    var advice = new UnavailableAdvice(new ProblemWriter(new JsonMapper()));

    assertThatThrownBy(() -> advice.unavailable(outage, response)).isSameAs(outage);
    assertThat(response.getContentAsString()).isEqualTo("1");
  }

  @ParameterizedTest
  @MethodSource("mistakes")
  void aStatementThatCannotBeRightIsOurFault(Exception mistake) {
    assertThat(HANDLERS.resolveMethodByExceptionType(mistake.getClass())).isNull();
    assertThat(UnavailableDatabase.isReasonOf(mistake)).isFalse();
  }
}
