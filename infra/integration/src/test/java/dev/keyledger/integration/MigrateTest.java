package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** {@code ./keyledger migrate} on a database that somebody has bootstrapped. */
class MigrateTest {
  private final Database database = Servers.forTests().freshDatabase();

  @Test
  void makesTheSchemasThatItIsToldAndIsSafeToRepeat() throws Exception {
    assertThat(migrate(List.of("token"), "--schema", "token").text())
        .matches("token: version \\d+, [1-9]\\d* scripts ran\\R");
    assertThat(migrate(List.of("command", "query", "token", "delivery")).text().lines().toList())
        .hasSize(4)
        .anyMatch(line -> line.matches("command: version \\d+, [1-9]\\d* scripts ran"))
        .anyMatch(line -> line.matches("delivery: version \\d+, [1-9]\\d* scripts ran"))
        .anyMatch(line -> line.matches("query: version \\d+, [1-9]\\d* scripts ran"))
        .anyMatch(line -> line.matches("token: version \\d+, 0 scripts ran"));
    for (String schema : List.of("command", "query", "token", "delivery")) {
      try (var service = database.as(Logins.runtime(schema));
          var statement = service.createStatement();
          var rows = statement.executeQuery("SELECT count(*) FROM flyway_schema_history")) {
        assertThat(rows.next()).isTrue();
        assertThat(rows.getInt(1)).isPositive();
      }
    }
  }

  @Test
  void aServicesOwnLoginIsNotEnough() throws Exception {
    Outcome outcome =
        run(
            List.of("KEYLEDGER_TOKEN_OWNERPASSWORD"),
            database.logins().revealPassword(Logins.runtime("token")),
            "--schema",
            "token");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.text()).contains("keyledger: The schema token is as it was");
  }

  private record Outcome(int status, String text) {}

  private Outcome migrate(List<String> schemas, String... arguments) throws Exception {
    var builder = builder(arguments);
    for (String schema : schemas) {
      builder
          .environment()
          .put(
              "KEYLEDGER_" + schema.toUpperCase(Locale.ROOT) + "_OWNERPASSWORD",
              database.logins().revealPassword(Logins.owner(schema)));
    }
    Outcome outcome = run(builder);
    assertThat(outcome.status()).as(outcome.text()).isZero();
    return outcome;
  }

  private Outcome run(List<String> names, String value, String... arguments) throws Exception {
    var builder = builder(arguments);
    names.forEach(name -> builder.environment().put(name, value));
    return run(builder);
  }

  private static Outcome run(ProcessBuilder builder) throws Exception {
    Process process = builder.redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), text);
  }

  private ProcessBuilder builder(String... arguments) {
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx128m",
            "-XX:TieredStopAtLevel=1",
            "-Dkeyledger.home=" + Runner.home(),
            "-jar",
            Runner.jar().toString(),
            "migrate"));
    command.addAll(List.of(arguments));
    var builder = new ProcessBuilder(command);
    builder.environment().put("KEYLEDGER_DATABASE_URL", database.jdbcUrl());
    return builder;
  }
}
