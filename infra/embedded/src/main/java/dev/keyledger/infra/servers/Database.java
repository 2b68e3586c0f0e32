package dev.keyledger.infra.servers;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * One database with the platform's roles and schemas in it, as {@code infra/postgres/bootstrap.sql}
 * makes them.
 */
public record Database(String host, int port, String name, Logins logins) {
  public String jdbcUrl() {
    return "jdbc:postgresql://" + host + ":" + port + "/" + name;
  }

  /** For assertions about what is stored, and for damage that no service may do. */
  public Connection asSuperuser() {
    return as(Logins.SUPERUSER);
  }

  /** For assertions about what a role may do. */
  public Connection as(String role) {
    try {
      return DriverManager.getConnection(jdbcUrl(), role, logins.revealPassword(role));
    } catch (SQLException e) {
      throw new IllegalStateException("no connection to " + name + " as " + role, e);
    }
  }

  /**
   * The settings by which a service finds this database, schema {@code command}, {@code query},
   * {@code token} or {@code delivery}: the login that it runs with, and never its schema's owner.
   */
  public Map<String, String> settings(String schema) {
    return Map.of(
        "keyledger.database.url",
        jdbcUrl(),
        "keyledger.database.username",
        Logins.runtime(schema),
        "keyledger.database.password",
        logins.revealPassword(Logins.runtime(schema)));
  }

  /**
   * Makes a service's tables, by the scripts on this thread's class path; a test that starts a
   * service does so first. Safe to repeat.
   */
  public Database migrate(String schema) {
    return migrate(
        new SchemaMigration(
            schema, Objects.requireNonNull(Thread.currentThread().getContextClassLoader())));
  }

  /** Makes a service's tables by those scripts. */
  public Database migrate(SchemaMigration migration) {
    String owner = Logins.owner(migration.schema());
    var _ = migration.run(jdbcUrl(), owner, logins.revealPassword(owner));
    return this;
  }

  /** Those that services run with, for assertions about who may connect. */
  public List<String> runtimeRoles() {
    return Logins.SCHEMAS.stream().map(Logins::runtime).toList();
  }

  /** Makes the database if it is absent, and its roles and schemas; safe to repeat. */
  static Database bootstrap(String host, int port, String name, Logins logins) {
    if (!name.matches("[a-z][a-z0-9_]{0,62}")) {
      throw new IllegalArgumentException("not a database name: " + name);
    }
    var postgres = new Database(host, port, "postgres", logins);
    try (Connection connection = postgres.asSuperuser();
        var statement = connection.createStatement()) {
      try (var rows =
          statement.executeQuery("SELECT 1 FROM pg_database WHERE datname = '" + name + "'")) {
        if (rows.next()) {
          return new Database(host, port, name, logins).bootstrap();
        }
      }
      statement.execute("CREATE DATABASE " + name);
    } catch (SQLException e) {
      throw new IllegalStateException("the database " + name + " could not be made", e);
    }
    return new Database(host, port, name, logins).bootstrap();
  }

  /** Makes roles and schemas as they have to be before any migration, where they are missing. */
  public Database bootstrap() {
    String sql = script();
    for (String schema : Logins.SCHEMAS) {
      sql = put(sql, schema + "_owner_password", logins, Logins.owner(schema));
      sql = put(sql, schema + "_password", logins, Logins.runtime(schema));
    }
    try (Connection connection = asSuperuser();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      // Roles belong to the whole server: two databases made at once must not race over them.
      statement.execute("SELECT pg_advisory_xact_lock(4711)");
      statement.execute(sql);
      connection.commit();
      return this;
    } catch (SQLException e) {
      throw new IllegalStateException(
          "bootstrap.sql failed (SQL state " + e.getSQLState() + ")", withoutText(e));
    }
  }

  /** A server's message may quote the statement, and the statement holds passwords. */
  private static Exception withoutText(SQLException e) {
    var quiet = new SQLException("see the server's log", e.getSQLState());
    quiet.setStackTrace(e.getStackTrace());
    return quiet;
  }

  private static String put(String sql, String placeholder, Logins logins, String role) {
    return sql.replace("${" + placeholder + "}", logins.revealPassword(role).replace("'", "''"));
  }

  private static String script() {
    try (InputStream in = Database.class.getResourceAsStream("bootstrap.sql")) {
      if (in == null) {
        throw new IllegalStateException("bootstrap.sql is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException("bootstrap.sql", e);
    }
  }

  @Override
  public String toString() {
    return jdbcUrl();
  }
}
