package dev.keyledger.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.Replica.Answer;
import dev.keyledger.command.organization.OrganizationSnapshot;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A long history makes no transaction long, and is not read from its first event for ever. */
class LargeOrganizationTest extends CommandServiceTest {
  private static final int KEYS = 1_500;
  private static final Duration SOON = Duration.ofSeconds(20);

  private final StatementLog statements = new StatementLog();
  private Replica watched;
  private RegisteredOrganization organization;
  private String owner;
  private LargeLedger.Keys keys;

  @BeforeEach
  void anOrganizationWithAHistory() throws SQLException {
    organization = organization("standard");
    owner = member(organization, "owner");
    // The first replica has it at hand, as of before.
    keys =
        LargeLedger.write(
            database,
            organization.id(),
            2,
            new MemberId(memberIdOf(owner)),
            KEYS,
            3,
            Instant.parse("2026-05-28T14:43:58.000Z"));
    watched = startWatched();
  }

  @AfterEach
  void stop() {
    watched.close();
  }

  private Replica startWatched() {
    return Replica.start(database, serverKeys.json(), tokenService, clock, clock, statements);
  }

  private Answer rename(Replica replica) {
    Answer renamed =
        replica.send(
            "PATCH",
            owner,
            path(keys.living().getFirst()),
            "{\"name\":\"%s\"}".formatted(UUID.randomUUID()),
            "Prefer",
            "wait=0");
    assertThat(renamed.status()).as(renamed.text()).isEqualTo(200);
    return renamed;
  }

  private Answer revoke(Replica replica, KeyId key) {
    return replica.post(owner, path(key) + "/revoke", "", "Prefer", "wait=0");
  }

  private String path(KeyId key) {
    return organization.keys() + "/" + key.value();
  }

  @Test
  void itsHistoryIsReadBeforeTheCommandsTransactionAndInItOnlyTheTail() throws SQLException {
    statements.clear();
    rename(watched);
    assertThat(statements.events(true)).isZero();
    assertThat(statements.events(false)).isEqualTo((int) keys.next());

    rename(one);
    statements.clear();
    // What changes nothing is decided by what is committed.
    Answer again = revoke(watched, keys.ended().getFirst());

    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(statements.events(true)).isEqualTo(1);
    assertThat(statements.events(false)).isZero();
  }

  @Test
  void aReplicaThatIsFarBehindCatchesUpBeforeTheTransaction() throws SQLException {
    rename(watched);
    LargeLedger.Keys more =
        LargeLedger.write(
            database,
            organization.id(),
            keys.next() + 1,
            new MemberId(memberIdOf(owner)),
            KEYS,
            1,
            Instant.parse("2026-05-28T14:43:58.000Z"));
    statements.clear();

    Answer revoked = revoke(watched, more.living().getFirst());

    assertThat(revoked.status()).as(revoked.text()).isEqualTo(200);
    assertThat(revoked.header("Keyledger-Position")).isEqualTo(String.valueOf(more.next()));
    assertThat(statements.events(true)).isLessThanOrEqualTo(1_000);
  }

  @Test
  void aCommandThatFailsLeavesItAtHand() {
    rename(watched);
    rename(one);
    statements.clear();

    // By what it has seen it accepts, meets the other's event, and decides again.
    rename(watched);

    assertThat(statements.events(false)).isZero();
    assertThat(statements.events(true)).isEqualTo(1);
  }

  @Test
  void anEndedKeyIsShownAsBefore() {
    KeyId key = keys.ended().getLast();
    Answer again = revoke(watched, key);
    assertThat(again.status()).as(again.text()).isEqualTo(200);
    assertThat(again.body().required("key").required("id").stringValue()).isEqualTo(key.value());
    assertThat(again.body().required("key").required("status").stringValue()).isEqualTo("revoked");
    assertThat(again.body().required("key").required("name").stringValue())
        .isEqualTo("key number " + (KEYS - 4));
    assertThat(again.body().required("key").required("prefix").stringValue())
        .startsWith("kl_live_");
    assertThat(again.body().required("key").required("scopes").size()).isEqualTo(2);
    assertThat(watched.post(owner, path(key) + "/rotate", "{}").code()).isEqualTo("key_not_active");
  }

  @Test
  void aSnapshotIsStoredAndReadInsteadOfTheEvents() throws SQLException {
    rename(watched);
    await().atMost(SOON).until(() -> snapshotAt() >= keys.next() - 1);
    watched.close();
    watched = startWatched();
    statements.clear();

    rename(watched);

    assertThat(statements.events(true) + statements.events(false)).isLessThanOrEqualTo(2);
    Answer ended = revoke(watched, keys.ended().getFirst());
    assertThat(ended.body().required("key").required("name").stringValue())
        .isEqualTo("key number 0");
  }

  @Test
  void aSnapshotThatCannotBeReadIsPassedByAndReplaced() throws SQLException {
    rename(watched);
    await().atMost(SOON).until(() -> snapshotAt() >= keys.next() - 1);
    long broken = snapshotAt();
    asSuperuser(
        "UPDATE command.organization_snapshot SET payload = payload || '\\x00' WHERE part > 0"
            + " AND organization = '"
            + organization.id()
            + "'");
    watched.close();
    watched = startWatched();
    statements.clear();

    rename(watched);

    assertThat(statements.events(false)).isGreaterThanOrEqualTo((int) keys.next());
    await().atMost(SOON).until(() -> snapshotAt() > broken);
  }

  @Test
  void aSnapshotOfAnotherFormatIsPassedByAndReplaced() throws SQLException {
    rename(watched);
    await().atMost(SOON).until(() -> snapshotAt() >= keys.next() - 1);
    asSuperuser(
        "UPDATE command.organization_snapshot SET format = 1 WHERE organization = '"
            + organization.id()
            + "'");
    watched.close();
    watched = startWatched();
    statements.clear();

    rename(watched);

    assertThat(statements.events(false)).isGreaterThanOrEqualTo((int) keys.next());
    await().atMost(SOON).until(() -> snapshotAt() >= keys.next());
  }

  /** Of the newest of today's format; -1 for none. */
  private long snapshotAt() throws SQLException {
    try (Connection connection = database.as("keyledger_command");
        var statement =
            connection.prepareStatement(
                """
                SELECT coalesce(max(position), -1) FROM command.organization_snapshot
                WHERE organization = ? AND part = 0 AND format = ?
                """)) {
      statement.setString(1, organization.id());
      statement.setInt(2, OrganizationSnapshot.FORMAT);
      try (var rows = statement.executeQuery()) {
        rows.next();
        return rows.getLong(1);
      }
    }
  }

  private static void asSuperuser(String sql) throws SQLException {
    try (Connection connection = database.asSuperuser()) {
      connection.createStatement().execute(sql);
    }
  }
}
