package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;

/** A replica whose clock is wrong, beside two whose clocks and database agree. */
class ClocksTest extends CommandServiceTest {
  private final RegisteredOrganization organization = organization("standard");
  private final String owner = member(organization, "owner");

  @Test
  void aReplicaThatIsAheadEndsNothingAndForgetsNothingBeforeItsTime() throws Exception {
    String body = "{\"name\":\"k\",\"environment\":\"live\",\"expires_in_days\":1}";
    Answer first = one.post(owner, organization.keys(), body, "Idempotency-Key", "once");
    assertThat(first.status()).as(first.text()).isEqualTo(201);
    assertThat(one.clockHealth()).isEqualTo(Status.UP);

    try (Replica ahead = replica(Clock.offset(clock, Duration.ofHours(30)))) {
      assertThat(ahead.clockHealth()).isEqualTo(Status.OUT_OF_SERVICE);
      Answer again = ahead.post(owner, organization.keys(), body, "Idempotency-Key", "once");
      assertThat(again.text()).isEqualTo(first.text());
      await()
          .during(Duration.ofSeconds(2))
          .atMost(Duration.ofSeconds(4))
          .until(() -> count("event", "type = 'key.expired'") == 0);
    }
    assertThat(count("key_deadline", "kind = 'expiry'")).isEqualTo(1);
    Answer again = one.post(owner, organization.keys(), body, "Idempotency-Key", "once");
    assertThat(again.text()).isEqualTo(first.text());
  }

  @Test
  void aReplicaThatIsBehindSaysSo() {
    try (Replica behind = replica(Clock.offset(clock, Duration.ofHours(-1)))) {
      assertThat(behind.clockHealth()).isEqualTo(Status.OUT_OF_SERVICE);
    }
  }

  private static Replica replica(Clock wrong) {
    return Replica.start(database, serverKeys.json(), tokenService, wrong, clock);
  }

  private long count(String table, String which) throws SQLException {
    try (Connection connection = database.asSuperuser();
        ResultSet row =
            connection
                .createStatement()
                .executeQuery(
                    "SELECT count(*) FROM command."
                        + table
                        + " WHERE organization = '"
                        + organization.id()
                        + "' AND "
                        + which)) {
      row.next();
      return row.getLong(1);
    }
  }
}
