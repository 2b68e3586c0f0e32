package dev.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class AppendBoundTest {
  private static void check(String timeout, Duration gapTimeout) throws SQLException {
    try (Connection connection = Servers.forTests().database().as("keyledger_command")) {
      connection.createStatement().execute("SET transaction_timeout = '" + timeout + "'");
      new AppendBound(
              JdbcClient.create(new SingleConnectionDataSource(connection, true)), gapTimeout)
          .afterPropertiesSet();
    }
  }

  @Test
  void anAppendThatEndsWellBeforeTheRelayStopsWaitingIsFine() {
    assertThatCode(() -> check("10s", Duration.ofSeconds(20))).doesNotThrowAnyException();
  }

  @Test
  void anAppendThatCouldOutliveTheRelaysPatienceStopsTheStart() {
    assertThatThrownBy(() -> check("10s", Duration.ofSeconds(19)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("keyledger.ledger.transaction-timeout is PT10S");
  }

  @Test
  void anAppendWithoutAnyBoundStopsTheStart() {
    assertThatThrownBy(() -> check("0", Duration.ofHours(1)))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is off");
  }
}
