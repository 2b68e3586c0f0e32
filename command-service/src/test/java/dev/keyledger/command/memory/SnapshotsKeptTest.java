package dev.keyledger.command.memory;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.OrganizationSnapshot;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Which snapshots of an organisation are kept, and which of them is found. */
class SnapshotsKeptTest {
  private static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");

  private final OrganizationId organization = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private final OrganizationState state = OrganizationState.empty();
  private JdbcClient jdbc;
  private Snapshots snapshots;

  @BeforeEach
  void aDatabase() {
    Database database = Servers.forTests().freshDatabase().migrate("command");
    var source = new PGSimpleDataSource();
    source.setUrl(database.jdbcUrl());
    source.setUser(Logins.runtime("command"));
    source.setPassword(database.logins().revealPassword(Logins.runtime("command")));
    source.setCurrentSchema("command");
    jdbc = JdbcClient.create(source);
    snapshots = new Snapshots(jdbc);
    state.apply(
        new OrganizationRegistered(
            organization,
            "acme",
            "Acme",
            OrganizationKind.STANDARD,
            null,
            new Presets().find("standard").orElseThrow(),
            AT),
        0);
  }

  private void storeAt(long position) {
    while (state.position() < position) {
      state.apply(new OrganizationReinstated(AT), state.position() + 1);
    }
    snapshots.store(organization.value(), OrganizationSnapshot.of(state));
  }

  private void published(long position) {
    jdbc.sql(
            "INSERT INTO published_position (organization, position) VALUES (?, ?)"
                + " ON CONFLICT (organization) DO UPDATE SET position = excluded.position")
        .params(organization.value(), position)
        .update();
  }

  private List<Long> kept() {
    return jdbc.sql("SELECT DISTINCT position FROM organization_snapshot ORDER BY position")
        .query(Long.class)
        .list();
  }

  private long newest(long atMost) {
    return snapshots
        .newest(organization.value(), atMost)
        .flatMap(stored -> stored.restore(true))
        .map(OrganizationState::position)
        .orElse(-1L);
  }

  @Test
  void theNewestAndTheNewestThatTheRelayHasPublishedUpTo() {
    published(12);
    storeAt(5);
    storeAt(10);
    assertThat(kept()).containsExactly(10L);
    storeAt(20);
    storeAt(30);
    assertThat(kept()).containsExactly(10L, 30L);
    assertThat(newest(12)).isEqualTo(10);
    assertThat(newest(Long.MAX_VALUE)).isEqualTo(30);
    published(30);
    storeAt(40);
    assertThat(kept()).containsExactly(30L, 40L);
  }

  @Test
  void oneOfThePlaceIsEnough() {
    storeAt(5);
    storeAt(5);
    assertThat(jdbc.sql("SELECT count(*) FROM organization_snapshot").query(Long.class).single())
        .isEqualTo(1);
  }

  /** As after a crash between its parts and its head. */
  @Test
  void oneWithoutAHeadIsNone() throws SQLException {
    storeAt(5);
    jdbc.sql(
            """
            INSERT INTO organization_snapshot (organization, position, id, part, format, payload)
            VALUES (?, 7, gen_random_uuid(), 1, ?, '')
            """)
        .params(organization.value(), OrganizationSnapshot.FORMAT)
        .update();
    assertThat(newest(Long.MAX_VALUE)).isEqualTo(5);
    storeAt(8);
    assertThat(kept()).containsExactly(8L);
  }
}
