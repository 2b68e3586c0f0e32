package dev.keyledger.command.api;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.subscriber.web.ProblemWriter;
import java.io.IOException;
import java.sql.SQLException;
import org.axonframework.common.jdbc.JdbcException;
import org.junit.jupiter.api.Test;
import org.springframework.mock.web.MockHttpServletResponse;

class RefusalsTest {
  private final Refusals refusals = new Refusals(new ProblemWriter(EventCodec.mapper()));

  private int statusOf(SQLException cause) throws IOException {
    var response = new MockHttpServletResponse();
    refusals.failed(new JdbcException("a statement failed", cause), response);
    return response.getStatus();
  }

  @Test
  void aDatabaseThatWentAwayIsNotOurFault() throws IOException {
    assertThat(statusOf(new SQLException("terminating connection", "57P01"))).isEqualTo(503);
    assertThat(statusOf(new SQLException("Connection is closed"))).isEqualTo(503);
  }

  @Test
  void aStatementThatCannotBeRightIsOurFault() throws IOException {
    assertThat(statusOf(new SQLException("no such column", "42703"))).isEqualTo(500);
    assertThat(statusOf(new SQLException("something else"))).isEqualTo(500);
  }
}
