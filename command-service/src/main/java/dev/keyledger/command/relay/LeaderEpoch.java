package dev.keyledger.command.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.command.relay.RelayToken.HeldOrganization;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One time of leading: from fencing the predecessor to the first failure. Nothing of it outlives a
 * failure; the next epoch begins with what Kafka has committed.
 *
 * <p>An organisation whose event can't be published is held there, named in the token, and tried
 * again from time to time; no other waits for it.
 */
final class LeaderEpoch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderEpoch.class);
  private static final int SUBJECTS_REMEMBERED = 500_000;
  private static final int MOST_UNSAVED = 5_000;
  private static final Duration SAVE_EVERY = Duration.ofSeconds(1);
  private static final Duration RETRY_EVERY = Duration.ofMinutes(1);

  private final LedgerLog ledger;
  private final Producer<String, byte[]> producer;
  private final PublishedPositions positions;
  private final GapWatch gaps;
  private final int batch;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Steps steps;
  private final Cache<String, Published> organizations =
      Caffeine.newBuilder()
          .maximumWeight(SUBJECTS_REMEMBERED)
          .<String, Published>weigher((id, published) -> published.subjects())
          .executor(Runnable::run)
          .build();

  /** What Kafka has; {@link #token} may know more gaps to be dead. */
  private RelayToken committed;

  private volatile RelayToken token;
  private long savedAt;
  private long retriedAt;

  private LeaderEpoch(
      LedgerLog ledger,
      Producer<String, byte[]> producer,
      PublishedPositions positions,
      RelayToken token,
      int batch,
      LongSupplier nanoTime,
      Clock clock,
      Steps steps) {
    this.ledger = ledger;
    this.producer = producer;
    this.positions = positions;
    this.committed = token;
    this.token = token;
    this.gaps = new GapWatch(ledger::openAppends);
    this.batch = batch;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.steps = steps;
    this.savedAt = nanoTime.getAsLong();
    // What was held under another release or another setting may be fit by now.
    this.retriedAt = savedAt - RETRY_EVERY.toNanos();
    gaps.seen(token.gaps());
  }

  /**
   * Fences the leader before it, then reads what that had committed.
   *
   * @param positions where what was published is kept beside Kafka
   * @param clock for what is shown, not for what is decided
   * @throws KafkaException when Kafka doesn't let it begin
   * @throws PoisonException when ledger and topics can't belong together
   */
  static LeaderEpoch begin(
      RelayKafka kafka,
      LedgerLog ledger,
      DataSource positions,
      RelaySettings settings,
      LongSupplier nanoTime,
      Clock clock,
      Steps steps) {
    Producer<String, byte[]> producer = kafka.producer();
    try {
      producer.initTransactions();
      RelayToken token = kafka.token();
      mustBelongTogether(ledger, token);
      return new LeaderEpoch(
          ledger,
          producer,
          PublishedPositions.begin(positions, token),
          token,
          settings.batch(),
          nanoTime,
          clock,
          steps);
    } catch (RuntimeException | Error e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  // An older copy of the ledger, or a server that took over without its last commits, may have
  // given the same indexes to other events by now.
  private static void mustBelongTogether(LedgerLog ledger, RelayToken token) {
    long head = ledger.head();
    if (token.index() > head) {
      throw new PoisonException(
          "events up to index " + token.index() + " were published, the ledger ends at " + head);
    }
    String published = token.event();
    if (published != null && !ledger.idAt(token.index()).equals(Optional.of(published))) {
      throw new PoisonException(
          "event "
              + published
              + " was published with index "
              + token.index()
              + ", where the ledger has another or none");
    }
  }

  RelayToken token() {
    return token;
  }

  /** Publishes what waits, in one transaction with the token behind it; says how many events. */
  int relay() {
    List<Long> doomed = gaps.doomed();
    List<StoredEvent> waiting = ledger.after(token, batch);
    RelayToken next = token.after(waiting).without(shownBy(waiting, doomed));
    gaps.seen(next.gaps());
    if (waiting.isEmpty()) {
      token = next;
    } else {
      publish(waiting, next);
    }
    return waiting.size();
  }

  // A full look ends at its last index: what is filled beyond that has not been shown yet.
  private List<Long> shownBy(List<StoredEvent> look, List<Long> doomed) {
    if (look.size() < batch) {
      return doomed;
    }
    long end = look.getLast().index();
    return doomed.stream().filter(gap -> gap <= end).toList();
  }

  /** Writes down what was published, unless that was done a moment ago. */
  void saveWhenDue() {
    if (positions.unsaved() >= MOST_UNSAVED
        || positions.unsaved() > 0 && nanoTime.getAsLong() - savedAt >= SAVE_EVERY.toNanos()) {
      save();
    }
  }

  private void save() {
    savedAt = nanoTime.getAsLong();
    if (!positions.save(committed)) {
      throw new OvertakenException();
    }
  }

  /** Tries what is held again, if asked to or when that was long ago. */
  void retryHeld(boolean asked) {
    long now = nanoTime.getAsLong();
    if (token.held().isEmpty() || !asked && now - retriedAt < RETRY_EVERY.toNanos()) {
      return;
    }
    retriedAt = now;
    for (Map.Entry<String, HeldOrganization> one : token.held().entrySet()) {
      retry(one.getKey(), one.getValue());
    }
  }

  private void retry(String organization, HeldOrganization holding) {
    long next = holding.position();
    while (true) {
      List<StoredEvent> page = ledger.covered(organization, next, token, batch);
      boolean last = page.size() < batch;
      publish(
          page,
          last
              ? token.releasing(organization)
              : token.holding(
                  organization,
                  new HeldOrganization(
                      page.getLast().position() + 1, holding.reason(), holding.since())));
      HeldOrganization left = token.held().get(organization);
      if (left == null) {
        log.info("Organisation {} is published again, from position {}", organization, next);
        return;
      }
      if (left.position() <= next) {
        return;
      }
      next = left.position();
    }
  }

  /**
   * In one transaction with the token behind it. What no attempt could send is left out, with its
   * organisation held from there on.
   */
  private void publish(List<StoredEvent> events, RelayToken next) {
    RelayToken behind = next;
    while (true) {
      var transaction = new Transaction(behind);
      events.forEach(transaction::add);
      StoredEvent tooLarge = transaction.commit();
      if (tooLarge == null) {
        return;
      }
      behind =
          behind.holding(
              tooLarge.organization(),
              new HeldOrganization(
                  tooLarge.position(),
                  "a record of event " + tooLarge.id() + " is larger than Kafka takes",
                  since(committed.held().get(tooLarge.organization()))));
    }
  }

  private Instant since(@Nullable HeldOrganization before) {
    return before == null ? clock.instant().truncatedTo(ChronoUnit.MILLIS) : before.since();
  }

  private record Outgoing(StoredEvent event, ProducerRecord<String, byte[]> record) {}

  /** What one transaction brings to Kafka, and what is known once it has. */
  private final class Transaction {
    private final Map<String, Long> last = new HashMap<>();
    private final List<Outgoing> records = new ArrayList<>();
    private RelayToken behind;

    Transaction(RelayToken behind) {
      this.behind = behind;
    }

    void add(StoredEvent event) {
      HeldOrganization holding = behind.held().get(event.organization());
      if (holding != null && event.position() >= holding.position()) {
        return;
      }
      try {
        Published organization = published(event.organization());
        ledger.historyOf(
            event.organization(),
            organization.position() + 1,
            event.position(),
            skipped -> {
              log.error(
                  "Event {} at position {} of {} was skipped, and is published now",
                  skipped.id(),
                  skipped.position(),
                  skipped.organization());
              send(skipped, organization);
            });
        if (event.position() > organization.position()) {
          mustFollow(event, organization);
          send(event, organization);
        }
      } catch (UnpublishableException e) {
        hold(event, e);
      }
    }

    private void mustFollow(StoredEvent event, Published organization) {
      if (event.position() != organization.position() + 1) {
        throw new UnpublishableException(
            "the ledger lacks position " + (organization.position() + 1) + " before " + event.id());
      }
    }

    private void hold(StoredEvent event, UnpublishableException why) {
      // Its state may have been folded by half.
      organizations.invalidate(event.organization());
      Long reached = last.get(event.organization());
      long from = (reached == null ? positions.of(event.organization()) : reached) + 1;
      HeldOrganization before = committed.held().get(event.organization());
      if (before == null) {
        log.error(
            "Organisation {} is held at position {}: {}",
            event.organization(),
            from,
            why.what(),
            why);
      }
      behind =
          behind.holding(
              event.organization(), new HeldOrganization(from, why.what(), since(before)));
    }

    private void send(StoredEvent event, Published organization) {
      for (ProducerRecord<String, byte[]> record : organization.records(event)) {
        records.add(new Outgoing(event, record));
      }
      last.put(event.organization(), event.position());
    }

    /** The event of which a record was too large; {@code null} when all is committed. */
    @Nullable StoredEvent commit() {
      var tooLarge = new AtomicReference<StoredEvent>();
      try {
        producer.beginTransaction();
        steps.beforeSend();
        // Any other failure of these shows at the commit.
        records.forEach(one ->
            producer.send(
                one.record(),
                (metadata, failure) -> {
                  if (failure instanceof RecordTooLargeException) {
                    tooLarge.compareAndSet(null, one.event());
                  }
                }));
        producer.send(RelayRecords.of(behind));
        steps.beforeCommit();
        producer.commitTransaction();
      } catch (KafkaException e) {
        // What was folded was not published.
        last.keySet().forEach(organizations::invalidate);
        if (tooLarge.get() == null) {
          throw e;
        }
        producer.abortTransaction();
        return tooLarge.get();
      }
      last.forEach(positions::published);
      committed = behind;
      token = behind;
      steps.afterCommit();
      return null;
    }
  }

  /** The organisation as it was published so far. */
  private Published published(String organization) {
    Published known = organizations.getIfPresent(organization);
    if (known == null) {
      var cold = new Published();
      ledger.historyOf(organization, 0, positions.of(organization) + 1, cold::apply);
      organizations.put(organization, cold);
      known = cold;
    }
    return known;
  }

  /** Without waiting for anything: what was not committed is for the next epoch. */
  @Override
  public void close() {
    try {
      if (positions.unsaved() > 0) {
        positions.save(committed);
      }
    } catch (RuntimeException e) {
      log.debug("What was published is counted by the next epoch", e);
    } finally {
      producer.close(Duration.ZERO);
    }
  }

  /** Another replica leads by now. */
  static final class OvertakenException extends RuntimeException {
    OvertakenException() {
      super("another relay leads", null, false, false);
    }
  }
}
