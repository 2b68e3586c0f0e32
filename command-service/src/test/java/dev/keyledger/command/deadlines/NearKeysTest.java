package dev.keyledger.command.deadlines;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.deadlines.KeyDeadlines.Near;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Servers;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.SingleConnectionDataSource;

/** Whose keys are looked at when many come near their end at once. */
class NearKeysTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58Z");
  private static final OrganizationId LARGE = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private static final OrganizationId SMALL = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());

  private Connection connection;
  private JdbcClient jdbc;
  private KeyDeadlines deadlines;

  @BeforeEach
  void connect() throws SQLException {
    connection = Servers.forTests().freshDatabase().migrate("command").asSuperuser();
    connection.createStatement().execute("SET search_path = command");
    jdbc = JdbcClient.create(new SingleConnectionDataSource(connection, true));
    deadlines = new KeyDeadlines(jdbc);
  }

  @AfterEach
  void disconnect() throws SQLException {
    connection.close();
  }

  private void due(OrganizationId organization, int keys, Instant warnAt) {
    jdbc.sql(
            """
            INSERT INTO key_deadline (organization, key, kind, due_at, position, warn_at)
            SELECT ?, key, 'expiry', 'infinity', 1, CAST(? AS timestamptz) FROM unnest(?) AS made (key)
            """)
        .params(
            organization.value(),
            warnAt.toString(),
            Stream.generate(() -> KeyId.of(UuidCreator.getTimeOrderedEpoch()).value())
                .limit(keys)
                .toArray(String[]::new))
        .update();
  }

  private static long of(OrganizationId organization, List<Near> near) {
    return near.stream().filter(one -> one.organization().equals(organization)).count();
  }

  @Test
  void anOrganizationWithManyKeysLeavesRoomForTheOthers() {
    due(LARGE, 1_500, NOW.minusSeconds(100));
    due(SMALL, 1, NOW);

    List<Near> first = deadlines.near(NOW);
    List<Near> second = deadlines.near(NOW);

    assertThat(of(LARGE, first)).isEqualTo(KeyDeadlines.SHARE);
    assertThat(of(LARGE, second)).isEqualTo(KeyDeadlines.SHARE);
    assertThat(of(SMALL, second)).isEqualTo(1);
    assertThat(deadlines.near(NOW)).isEmpty();
    assertThat(of(LARGE, deadlines.near(NOW.plus(Duration.ofMinutes(10)))))
        .isEqualTo(KeyDeadlines.SHARE);
  }

  @Test
  void ofManyOrganizationsNoMoreAreTakenThanAPortionAndTheOthersAreNext() {
    for (int i = 0; i < 150; i++) {
      due(OrganizationId.of(UuidCreator.getTimeOrderedEpoch()), 1, NOW);
    }
    assertThat(deadlines.near(NOW)).hasSize(KeyDeadlines.AT_ONCE);
    assertThat(deadlines.near(NOW)).hasSize(50);
  }

  @Test
  void aKeyIsLookedAtAgainUnlessItWasMovedOn() {
    due(SMALL, 2, NOW);
    List<Near> taken = deadlines.near(NOW);
    deadlines.lookAgain(SMALL, taken.getFirst().key(), null);

    assertThat(deadlines.near(NOW.plusSeconds(29))).isEmpty();
    assertThat(deadlines.near(NOW.plusSeconds(30)))
        .extracting(Near::key)
        .containsExactly(taken.getLast().key());
    assertThat(deadlines.near(NOW.plus(Duration.ofDays(1)))).hasSize(1);
  }
}
