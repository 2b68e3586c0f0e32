package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.id.OrganizationId;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class RelayGapsTest extends RelayNodesTest {
  @Test
  void aLowerIndexThatIsCommittedLaterIsNotSkippedHoweverMuchIsPublishedMeanwhile() {
    OrganizationId slow = Acme.organization();
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    try (LedgerFixture.Append late = ledger.append().add(slow, 0, Acme.registered(slow))) {
      for (int i = 0; i < 20; i++) {
        publishAnother(node);
      }
      assertThat(topics.positions(slow)).isEmpty();

      late.commit();
      node.appended.give();
      awaitPositions(slow, 0L);
    }
  }

  /** One look shows no more than a batch: what it didn't come to is not dead. */
  @Test
  void aTransactionOfMoreEventsThanOneLookShowsIsPublishedWhole() {
    OrganizationId slow = Acme.organization();
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    Long[] all = LongStream.range(0, Node.SETTINGS.batch() + 10L).boxed().toArray(Long[]::new);
    try (LedgerFixture.Append late = ledger.append().add(slow, 0, Acme.registered(slow))) {
      for (int position = 1; position < all.length; position++) {
        late.add(slow, position, Acme.created(Acme.key()));
      }
      publishAnother(node);
      late.commit();
      node.appended.give();
      awaitPositions(slow, all);
    }
  }

  @Test
  void aGapThatWasRolledBackIsForgottenOnceItsTransactionHasEnded() {
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    LedgerFixture.Append dead = ledger.append().add(organization, 0, Acme.registered(organization));
    publishAnother(node);
    long gap = ledger.head() - 1;
    publishAnother(node);
    assertThat(kafka().token().gaps()).contains(gap);

    dead.rollback();

    await()
        .atMost(SOON)
        .until(() -> {
          publishAnother(node);
          return kafka().token().gaps().isEmpty();
        });
  }

  /**
   * An index is drawn before the transaction gets its id: a relay that asks for running transaction
   * ids alone takes this one's index for dead.
   */
  @Test
  void anAppendThatHasAnIndexAndNoTransactionIdYetIsWaitedFor() throws Exception {
    OrganizationId slow = Acme.organization();
    ledger.asOwner(
        """
        CREATE OR REPLACE FUNCTION wait_for_the_test() RETURNS trigger LANGUAGE plpgsql AS $$
        BEGIN
          PERFORM pg_advisory_xact_lock(4711);
          RETURN NEW;
        END
        $$;
        CREATE OR REPLACE TRIGGER wait_for_the_test BEFORE INSERT ON event
          FOR EACH ROW WHEN (NEW.organization = '%s') EXECUTE FUNCTION wait_for_the_test()
        """
            .formatted(slow.value()));
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    try (Connection test = ledger.source().getConnection()) {
      test.createStatement().execute("SELECT pg_advisory_lock(4711)");
      drawIndexesUntilTheNextAreUnlogged();
      CompletableFuture<Void> append =
          CompletableFuture.runAsync(() -> ledger.append(slow, 0, Acme.registered(slow)));
      await().atMost(SOON).until(() -> count(test, "wait_event = 'advisory'") == 1);
      assertThat(count(test, "wait_event = 'advisory' AND backend_xid IS NULL")).isEqualTo(1);
      for (int i = 0; i < 5; i++) {
        publishAnother(node);
      }
      assertThat(kafka().token().gaps()).isNotEmpty();

      test.createStatement().execute("SELECT pg_advisory_unlock(4711)");
      append.get();
      node.appended.give();
      awaitPositions(slow, 0L);
    }
  }

  // Every 32nd index is logged, for which its transaction gets an id.
  private static void drawIndexesUntilTheNextAreUnlogged() {
    ledger.asOwner(
        """
        DO $$ BEGIN
          WHILE (SELECT log_cnt FROM event_global_index_seq) < 8 LOOP
            PERFORM nextval('event_global_index_seq');
          END LOOP;
        END $$
        """);
  }

  private static long count(Connection connection, String which) throws SQLException {
    try (ResultSet row =
        connection
            .createStatement()
            .executeQuery("SELECT count(*) FROM pg_stat_activity WHERE " + which)) {
      row.next();
      return row.getLong(1);
    }
  }

  private void publishAnother(Node node) {
    OrganizationId another = Acme.organization();
    ledger.append(another, 0, Acme.registered(another));
    node.appended.give();
    awaitPositions(another, 0L);
  }
}
