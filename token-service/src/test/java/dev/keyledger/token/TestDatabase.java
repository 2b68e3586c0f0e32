package dev.keyledger.token;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** A real database with this service's migrations, used with the rights that the service has. */
public final class TestDatabase {
  private static final TestDatabase SHARED = new TestDatabase(Servers.forTests().freshDatabase());

  private final Database database;
  private final HikariDataSource dataSource;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;

  /**
   * @param database which it brings to what this release needs
   */
  public TestDatabase(Database database) {
    this(database, database.jdbcUrl());
  }

  /**
   * @param jdbcUrl by which connections come to it
   */
  public TestDatabase(Database database, String jdbcUrl) {
    this.database = database;
    database.migrate("token");
    var config = new HikariConfig();
    config.setJdbcUrl(jdbcUrl);
    config.setUsername(Logins.runtime("token"));
    config.setPassword(database.logins().revealPassword(Logins.runtime("token")));
    config.setSchema("token");
    config.setMaximumPoolSize(16);
    // Many of these stay open side by side until the tests have ended: those that rest keep few.
    config.setMinimumIdle(2);
    config.setIdleTimeout(10_000);
    this.dataSource = new HikariDataSource(config);
    this.jdbc = JdbcClient.create(dataSource);
    this.transactions = new TransactionTemplate(new JdbcTransactionManager(dataSource));
  }

  /** The one that all tests of this JVM share: each makes people of its own. */
  public static TestDatabase shared() {
    return SHARED;
  }

  /** One that no other test writes to. */
  public static TestDatabase fresh() {
    return new TestDatabase(Servers.forTests().freshDatabase());
  }

  public Database database() {
    return database;
  }

  public HikariDataSource dataSource() {
    return dataSource;
  }

  public JdbcClient jdbc() {
    return jdbc;
  }

  public TransactionTemplate transactions() {
    return transactions;
  }

  /** Every row of every table as text, as a thief of the database would see it. */
  public List<String> everything() {
    var rows = new ArrayList<String>();
    try (Connection connection = database.asSuperuser();
        var statement = connection.createStatement()) {
      var tables = new ArrayList<String>();
      try (var names =
          statement.executeQuery(
              "select table_name from information_schema.tables where table_schema = 'token'")) {
        while (names.next()) {
          tables.add(names.getString(1));
        }
      }
      for (String table : tables) {
        try (var found = statement.executeQuery("select t::text from token.\"" + table + "\" t")) {
          while (found.next()) {
            rows.add(table + " " + found.getString(1));
          }
        }
      }
      return rows;
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }
}
