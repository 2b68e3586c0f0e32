package dev.keyledger.command;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.command.Replica.Answer;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The ledger is append-only to services and its owner, and holds nothing that opens anything. */
class LedgerTableTest extends CommandServiceTest {

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "keyledger_command | UPDATE command.event SET type = 'x'",
        "keyledger_command | DELETE FROM command.event",
        "keyledger_command | TRUNCATE command.event",
        "keyledger_command | ALTER TABLE command.event DISABLE TRIGGER ALL",
        "keyledger_command | DROP TABLE command.event",
        "keyledger_command | UPDATE command.slug SET slug = 'x'",
        "keyledger_command | DELETE FROM command.slug",
        "keyledger_command_owner | UPDATE command.event SET type = 'x'",
        "keyledger_command_owner | DELETE FROM command.event",
        "keyledger_command_owner | TRUNCATE command.event",
        "keyledger_query | SELECT * FROM command.event",
        "keyledger_token | SELECT * FROM command.event",
      })
  void nobodyRewritesHistoryOrReadsItWithoutBusinessThere(String role, String statement)
      throws SQLException {
    organization("standard");
    try (Connection connection = database.as(role)) {
      assertThatThrownBy(() -> connection.createStatement().execute(statement))
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("42501"));
    }
  }

  @Test
  void theFailureOfAnAppendRepeatsNothingOfIt() {
    var ledger = new JdbcTemplate(one.context().getBean(DataSource.class));
    String payload = "a verifier";
    List<Object[]> rows = new ArrayList<>();
    for (int position : List.of(-1, -2)) {
      rows.add(
          new Object[] {
            "org_of_nobody",
            position,
            "evt_of_nothing_" + position,
            "Organization",
            "",
            "key.created",
            payload.getBytes(UTF_8),
            "{}".getBytes(UTF_8)
          });
    }
    assertThatThrownBy(() ->
            ledger.batchUpdate(
                "INSERT INTO event (organization, position, id, aggregate_type, recorded_at, type,"
                    + " payload, metadata) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
                rows))
        .isInstanceOf(DataIntegrityViolationException.class)
        .satisfies(failure ->
            assertThat(printed(failure))
                .contains("violates check constraint")
                .doesNotContain(payload, HexFormat.of().formatHex(payload.getBytes(UTF_8)))
                .doesNotContain("org_of_nobody"));
  }

  @Test
  void noRowOfAnyTableHoldsASecret() throws SQLException {
    RegisteredOrganization organization = organization("standard");
    String owner = member(organization, "owner");
    String idempotencyKey = "retry-me-with-this-7c1f";
    Answer created =
        one.post(
            owner, organization.keys(), newKey("k", "live"), "Idempotency-Key", idempotencyKey);
    String id = created.body().required("key").required("id").stringValue();
    Answer rotated =
        one.post(
            owner,
            organization.keys() + "/" + id + "/rotate",
            "{}",
            "Idempotency-Key",
            idempotencyKey);
    List<String> secrets = new ArrayList<>();
    secrets.add(created.body().required("secret").stringValue());
    secrets.add(rotated.body().required("secret").stringValue());
    secrets.add(idempotencyKey);
    secrets.add("@example.com");
    String everything = everyRow();
    assertThat(everything).contains(organization.slug());
    for (String secret : secrets) {
      assertThat(everything).doesNotContain(secret);
      // Nor the part of it that only its holder knows.
      assertThat(everything).doesNotContain(secret.substring(Math.max(0, secret.length() - 20)));
    }
  }

  /** As a log would show it. */
  private static String printed(Throwable failure) {
    var text = new StringWriter();
    failure.printStackTrace(new PrintWriter(text));
    return text.toString();
  }

  /** Every row of the schema as text, bytes decoded where they are text. */
  private static String everyRow() throws SQLException {
    var all = new StringBuilder();
    try (Connection connection = database.asSuperuser();
        var tables =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT tablename FROM pg_tables WHERE schemaname = 'command' ORDER BY 1")) {
      while (tables.next()) {
        try (var rows =
            connection
                .createStatement()
                .executeQuery("SELECT * FROM command." + tables.getString(1))) {
          int columns = rows.getMetaData().getColumnCount();
          while (rows.next()) {
            for (int i = 1; i <= columns; i++) {
              Object value = rows.getObject(i);
              all.append(
                      value instanceof byte[] bytes
                          ? new String(bytes, java.nio.charset.StandardCharsets.ISO_8859_1)
                          : String.valueOf(value))
                  .append('\n');
            }
          }
        }
      }
    }
    return all.toString();
  }
}
