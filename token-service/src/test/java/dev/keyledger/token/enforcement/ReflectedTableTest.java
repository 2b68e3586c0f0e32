package dev.keyledger.token.enforcement;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.Connection;
import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;

@ExtendWith(OutputCaptureExtension.class)
class ReflectedTableTest {
  private final ReflectedTable table = new ReflectedTable(JdbcClient.create(new Database()));

  private final class Database extends AbstractDataSource {
    @Override
    public Connection getConnection() throws SQLException {
      throw new SQLException("away");
    }

    @Override
    public Connection getConnection(String username, String password) throws SQLException {
      return getConnection();
    }
  }

  @Test
  void aDatabaseThatIsAwayIsSaidOnceAndNotOnceASecond(CapturedOutput output) {
    assertThat(table.isKept()).isTrue();

    table.raise(1);
    table.raise(2);
    table.raise(3);

    assertThat(table.isKept()).isFalse();
    assertThat(output.getAll().split("can't be kept until the database is back", -1)).hasSize(2);
  }
}
