package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.command.memory.Snapshots;
import dev.keyledger.command.organization.OrganizationSnapshot;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.health.contributor.Status;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A relay that knows nothing of an organisation with a long history has no other wait for it. */
class RelayLongHistoriesTest extends RelayNodesTest {
  private static final int REVOKED = 600;

  private final KeyId key = Acme.key();
  private final SlowHistory slow = new SlowHistory(ledger.log(), organization);
  private long next;

  @BeforeEach
  void aLongHistoryThatIsPublished() {
    try (LedgerFixture.Append history = ledger.append()) {
      history.add(organization, next++, Acme.registered(organization));
      history.add(organization, next++, Acme.created(key));
      for (int i = 0; i < REVOKED; i++) {
        KeyId one = Acme.key();
        history.add(organization, next++, Acme.created(one));
        history.add(organization, next++, Acme.revoked(one));
      }
      history.commit();
    }
    Node first = relay(Steps.UNHINDERED);
    awaitPublished(next - 1);
    first.close();
  }

  @AfterEach
  void goOn() {
    slow.goOn();
  }

  private Node coldRelay(Steps steps) {
    Node node = Node.start(ledger, slow, broker.bootstrapServers(), steps);
    nodes.add(node);
    return node;
  }

  private void append(OrganizationId one, long position, KeyId created) {
    ledger.append(one, position, Acme.created(created));
  }

  private static OrganizationId another() {
    OrganizationId other = Acme.organization();
    ledger.append(other, 0, Acme.registered(other));
    return other;
  }

  private void awaitAllPublished() {
    List<Long> all = LongStream.range(0, next).boxed().toList();
    await().atMost(SOON).until(() -> topics.positions(organization).equals(all));
  }

  @Test
  void othersArePublishedWhileItIsReadAndItFollowsInOrder() throws InterruptedException {
    Node cold = coldRelay(Steps.UNHINDERED);
    awaitLeading(cold);
    append(organization, next++, Acme.key());
    cold.appended.give();
    slow.awaitAsked();

    OrganizationId other = another();
    ledger.append(organization, next++, Acme.revoked(key));
    cold.appended.give();
    awaitPositions(other, 0L);
    assertThat(topics.positions(organization)).doesNotContain(next - 2, next - 1);
    try (PublishedTokens tokens = followedTokens()) {
      await().atMost(SOON).until(() -> tokens.newest().held().containsKey(organization.value()));
      assertThat(new RelayHealth(cold.relay, tokens).health().getStatus()).isEqualTo(Status.UP);
      long waiting = ledger.log().indexOf(organization.value(), next - 1).orElseThrow();
      assertThat(tokens.newest().hasPublished(waiting, organization.value(), next - 1)).isFalse();
    }

    slow.goOn();
    awaitAllPublished();
    assertThat(kafka().token().held()).doesNotContainKey(organization.value());
    List<Revocation> revocations = topics.revocations(organization);
    assertThat(revocations.getLast().id()).isEqualTo(key.value());
    assertThat(revocations.getLast().previous())
        .isEqualTo(revocations.get(revocations.size() - 2).position());
  }

  @Test
  void whatWaitedForItIsPublishedAPageInATurn() throws InterruptedException {
    OrganizationId other = Acme.organization();
    var transactions = new AtomicInteger();
    var seen = new ArrayList<Boolean>();
    var othersTurn =
        new Steps() {
          private volatile boolean counting;

          @Override
          public void afterCommit() {
            if (counting) {
              int number = transactions.incrementAndGet();
              if (number == 1) {
                ledger.append(other, 0, Acme.registered(other));
              } else if (number == 3) {
                seen.add(topics.positions(other).contains(0L));
              }
            }
          }
        };
    Node cold = coldRelay(othersTurn);
    awaitLeading(cold);
    try (LedgerFixture.Append many = ledger.append()) {
      for (int i = 0; i < 6 * Node.SETTINGS.batch(); i++) {
        many.add(organization, next++, Acme.created(Acme.key()));
      }
      many.commit();
    }
    OrganizationId last = another();
    cold.appended.give();
    awaitPositions(last, 0L);

    othersTurn.counting = true;
    slow.goOn();
    awaitAllPublished();

    assertThat(seen).containsExactly(true);
  }

  @Test
  void aSuccessorReadsItAnew() throws InterruptedException {
    Node cold = coldRelay(Steps.UNHINDERED);
    awaitLeading(cold);
    append(organization, next++, Acme.key());
    cold.appended.give();
    slow.awaitAsked();
    await().atMost(SOON).until(() -> kafka().token().held().containsKey(organization.value()));
    cold.close();

    relay(Steps.UNHINDERED);

    awaitAllPublished();
  }

  @Test
  void itBeginsWithTheNewestSnapshotThatIsNotAheadOfIt() {
    var snapshots = new Snapshots(JdbcClient.create(ledger.pooled()));
    OrganizationState state = OrganizationState.empty();
    fold(state, next - 4);
    snapshots.store(organization.value(), OrganizationSnapshot.of(state));
    append(organization, next++, Acme.key());
    fold(state, next - 1);
    snapshots.store(organization.value(), OrganizationSnapshot.of(state));
    assertThat(snapshots.newest(organization.value(), Long.MAX_VALUE)).isPresent();
    slow.goOn();

    coldRelay(Steps.UNHINDERED);

    awaitAllPublished();
    assertThat(slow.readFrom).isNotEmpty().allMatch(from -> from == next - 4);
    append(organization, next++, Acme.key());
    ledger.append(organization, next++, Acme.revoked(key));
    awaitAllPublished();
    List<Revocation> revocations = topics.revocations(organization);
    assertThat(revocations.getLast().previous())
        .isEqualTo(revocations.get(revocations.size() - 2).position());
  }

  private void fold(OrganizationState state, long to) {
    ledger
        .log()
        .historyOf(
            organization.value(),
            state.position() + 1,
            to + 1,
            event -> state.apply(event.event(), event.position()));
    state.pack();
  }

  private static PublishedTokens followedTokens() {
    var tokens = new PublishedTokens(kafka(), java.time.Duration.ofSeconds(2), System::nanoTime);
    tokens.start();
    return tokens;
  }
}
