package dev.keyledger.command.ledger;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

class AppendBoundTest {
  private static void check(String timeout) throws SQLException {
    try (Connection connection = Servers.forTests().database().as("keyledger_command")) {
      connection.createStatement().execute("SET transaction_timeout = '" + timeout + "'");
      new AppendBound(JdbcClient.create(new SingleConnectionDataSource(connection, true)))
          .afterPropertiesSet();
    }
  }

  @Test
  void anAppendThatIsBoundedIsFine() {
    assertThatCode(() -> check("10s")).doesNotThrowAnyException();
  }

  @Test
  void anAppendWithoutAnyBoundStopsTheStart() {
    assertThatThrownBy(() -> check("0"))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("is off");
  }
}
