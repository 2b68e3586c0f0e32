package dev.keyledger.query.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TransactionsTest {
  private HikariDataSource pool;
  private Transactions transactions;

  @BeforeEach
  void start() throws SQLException {
    var database = Servers.forTests().freshDatabase();
    try (Connection superuser = database.asSuperuser();
        Statement statement = superuser.createStatement()) {
      statement.execute("create table public.marks (mark text)");
      statement.execute("grant select, insert on public.marks to public");
      statement.execute("grant usage on schema public to public");
    }
    var settings = database.settings("query");
    var config = new HikariConfig();
    config.setJdbcUrl(String.valueOf(settings.get("keyledger.database.url")));
    config.setUsername(String.valueOf(settings.get("keyledger.database.username")));
    config.setPassword(String.valueOf(settings.get("keyledger.database.password")));
    config.setMaximumPoolSize(1);
    config.addDataSourceProperty("socketTimeout", "120");
    pool = new HikariDataSource(config);
    transactions = new Transactions(pool);
  }

  @AfterEach
  void stop() {
    pool.close();
  }

  private void mark(Connection connection, String text) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("insert into public.marks values ('" + text + "')");
    }
  }

  private int marks() {
    return transactions.run(connection -> {
      try (Statement statement = connection.createStatement();
          var rows = statement.executeQuery("select count(*) from public.marks")) {
        rows.next();
        return rows.getInt(1);
      }
    });
  }

  @Test
  void whatWasDoneIsCommittedAndTheConnectionServesOthersAfterwards() throws SQLException {
    transactions.run(connection -> {
      mark(connection, "kept");
      return connection;
    });
    assertThat(marks()).isEqualTo(1);
    try (Connection next = pool.getConnection()) {
      assertThat(next.getAutoCommit()).isTrue();
    }
  }

  @Test
  void onlyWhatMayTakeLongRunsWithoutATimeOut() {
    assertThat(transactions.<Integer>runLong(Connection::getNetworkTimeout)).isZero();
    assertThat(transactions.<Integer>run(Connection::getNetworkTimeout)).isEqualTo(120_000);
  }

  @Test
  void halfOfTheWorkIsNeverCommittedWhateverEndsIt() {
    assertThatThrownBy(() ->
            transactions.run(connection -> {
              mark(connection, "half");
              throw new OutOfMemoryError("for the test");
            }))
        .isInstanceOf(OutOfMemoryError.class);
    assertThatThrownBy(() ->
            transactions.run(connection -> {
              mark(connection, "half");
              throw new IllegalStateException("for the test");
            }))
        .isInstanceOf(IllegalStateException.class);
    assertThat(marks()).isZero();
  }
}
