package dev.keyledger.command.relay;

import dev.keyledger.command.memory.RecentlyUsed;
import dev.keyledger.command.memory.Snapshots;
import dev.keyledger.command.relay.RelayToken.HeldOrganization;
import dev.keyledger.events.Topics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
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
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One time of leading: from fencing the predecessor to the first failure. Nothing of it outlives a
 * failure; the next epoch begins with what Kafka has committed.
 *
 * <p>An organisation whose event can't be published is held there, named in the token, and tried
 * again from time to time; no other waits for it.
 */
final class LeaderEpoch implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LeaderEpoch.class);
  private static final long BYTES_REMEMBERED = 64 << 20;
  private static final int MOST_UNSAVED = 5_000;
  private static final Duration SAVE_EVERY = Duration.ofSeconds(1);
  private static final Duration RETRY_EVERY = Duration.ofMinutes(1);

  private final LedgerLog ledger;
  private final Producer<String, byte[]> producer;
  private final PublishedPositions positions;
  private final RelayTopics topics;
  private final GapWatch gaps;
  private final int batch;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final Steps steps;
  private final RecentlyUsed<Published> organizations = new RecentlyUsed<>(BYTES_REMEMBERED);
  private final HistoryReads reads;

  /** Held ones that may go on: a page of each in a turn, so that no other waits for all of it. */
  private final Set<String> due = new LinkedHashSet<>();

  private final Map<String, UnpublishableException> unreadable = new HashMap<>();

  /** What Kafka has; {@link #token} may know more gaps to be dead. */
  private RelayToken committed;

  private volatile RelayToken token;
  private long savedAt;
  private long retriedAt;

  private LeaderEpoch(
      LedgerLog ledger,
      Producer<String, byte[]> producer,
      PublishedPositions positions,
      RelayTopics topics,
      RelayToken token,
      HistoryReads reads,
      int batch,
      LongSupplier nanoTime,
      Clock clock,
      Steps steps) {
    this.ledger = ledger;
    this.reads = reads;
    this.producer = producer;
    this.positions = positions;
    this.topics = topics;
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
   * @param wake has the next turn begin soon; may be called by any thread
   * @param clock for what is shown, not for what is decided
   * @throws KafkaException when Kafka doesn't let it begin
   * @throws PoisonException when ledger and topics can't belong together
   */
  static LeaderEpoch begin(
      RelayKafka kafka,
      LedgerLog ledger,
      DataSource positions,
      RelaySettings settings,
      Runnable wake,
      LongSupplier nanoTime,
      Clock clock,
      Steps steps) {
    Producer<String, byte[]> producer = kafka.producer();
    RelayTopics topics = kafka.topics(nanoTime);
    try {
      producer.initTransactions();
      RelayToken token = begin(kafka, ledger, positions, topics, producer);
      return new LeaderEpoch(
          ledger,
          producer,
          PublishedPositions.begin(positions, token, topics.marks()),
          topics,
          token,
          new HistoryReads(ledger, new Snapshots(JdbcClient.create(positions)), wake),
          settings.batch(),
          nanoTime,
          clock,
          steps);
    } catch (RuntimeException | Error e) {
      topics.close();
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  /** The token to begin with, once Kafka has it too. */
  private static RelayToken begin(
      RelayKafka kafka,
      LedgerLog ledger,
      DataSource positions,
      RelayTopics topics,
      Producer<String, byte[]> producer) {
    PublishedPositions.Saved saved = PublishedPositions.saved(positions);
    Set<String> whole = topics.begin(saved.topics());
    RelayToken committed = committed(kafka, saved);
    if (committed != null) {
      mustBelongTogether(ledger, committed);
    }
    RelayToken token =
        committed == null && saved.topics().isEmpty()
            ? firstToken(kafka, saved.token(), topics)
            : token(committed, saved, whole, topics);
    if (!token.equals(committed)) {
      producer.beginTransaction();
      producer.send(RelayRecords.of(token));
      producer.commitTransaction();
    }
    return token;
  }

  /** {@code null} where there is none, or the newest can't be read and PostgreSQL has kept one. */
  private static @Nullable RelayToken committed(RelayKafka kafka, PublishedPositions.Saved saved) {
    try {
      return kafka.token();
    } catch (PoisonException e) {
      if (saved.topics().isEmpty()) {
        throw e;
      }
      log.error(
          "{}: the relay goes on with the one that PostgreSQL has, of index {}; consumers pass over"
              + " what was published since and is published again",
          e.getMessage(),
          saved.token().index());
      return null;
    }
  }

  private static RelayToken firstToken(RelayKafka kafka, RelayToken saved, RelayTopics topics) {
    if (kafka.hasEvents()) {
      throw new PoisonException(
          Topics.EVENTS
              + " holds events, but neither "
              + Topics.RELAY
              + " nor the ledger's"
              + " database has a token for them");
    }
    return saved.equals(RelayToken.START)
        ? RelayToken.START.in(topics.ids())
        : saved.refilling(Set.of(), topics.ids());
  }

  private static RelayToken token(
      @Nullable RelayToken committed,
      PublishedPositions.Saved saved,
      Set<String> whole,
      RelayTopics topics) {
    RelayToken newest =
        committed != null && committed.coversAllOf(saved.token()) ? committed : saved.token();
    // A release of before kept nothing of the topics: they are as they were if the token is.
    boolean asBefore = saved.topics().isEmpty() && newest.equals(committed);
    if (asBefore || whole.containsAll(RelayTopics.NAMES)) {
      return newest.in(topics.ids());
    }
    log.error(
        "Kafka has lost what was published up to index {}: all but {} is published again",
        newest.index(),
        whole);
    return newest.refilling(whole, topics.ids());
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

  /**
   * @throws RelayTopics.ChangedException when a topic isn't any more what was written to
   */
  void lookAtTopics() {
    topics.look();
  }

  /**
   * Has a topic made anew and filled from the ledger by the next epoch.
   *
   * @throws RelayTopics.ChangedException once it is empty
   */
  void makeAnew(String topic) {
    topics.makeAnew(topic);
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
    if (!positions.save(committed, topics.marks())) {
      throw new OvertakenException();
    }
  }

  /**
   * Publishes what is held and may go on, one page of each organisation; says how many events. All
   * are tried again if asked to or when that was long ago.
   */
  int relayHeld(boolean asked) throws InterruptedException {
    for (String organization : reads.ended()) {
      due.add(organization);
      try {
        Published read = reads.take(organization);
        organizations.put(organization, read, read.state().bytes());
      } catch (UnpublishableException e) {
        unreadable.put(organization, e);
      }
    }
    long now = nanoTime.getAsLong();
    if (asked || now - retriedAt >= RETRY_EVERY.toNanos()) {
      retriedAt = now;
      due.addAll(token.held().keySet());
    }
    int events = 0;
    for (String organization : List.copyOf(due)) {
      HeldOrganization holding = token.held().get(organization);
      if (holding == null) {
        due.remove(organization);
      } else {
        events += relayHeld(organization, holding);
      }
    }
    return events;
  }

  private int relayHeld(String organization, HeldOrganization holding) {
    long next = holding.position();
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
    }
    if (left == null || left.position() <= next) {
      due.remove(organization);
      return left == null ? page.size() : 0;
    }
    return page.size();
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
    private final Map<String, Published> folded = new HashMap<>();
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
        if (organization == null) {
          holdUntilItIsRead(event);
          return;
        }
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

    /** The organisation as it was published so far; {@code null} while it is being read. */
    private @Nullable Published published(String organization) {
      Published known = folded.get(organization);
      if (known == null) {
        known = atHand(organization);
      }
      if (known != null) {
        folded.put(organization, known);
      }
      return known;
    }

    private void holdUntilItIsRead(StoredEvent event) {
      long from = positions.of(event.organization()) + 1;
      HeldOrganization before = committed.held().get(event.organization());
      behind =
          behind.holding(
              event.organization(),
              before == null
                  ? HeldOrganization.whileItIsRead(from, since(null))
                  : new HeldOrganization(from, before.reason(), before.since()));
    }

    private void mustFollow(StoredEvent event, Published organization) {
      if (event.position() != organization.position() + 1) {
        throw new UnpublishableException(
            "the ledger lacks position " + (organization.position() + 1) + " before " + event.id());
      }
    }

    private void hold(StoredEvent event, UnpublishableException why) {
      // Its state may have been folded by half.
      organizations.remove(event.organization());
      folded.remove(event.organization());
      Long reached = last.get(event.organization());
      long from = (reached == null ? positions.of(event.organization()) : reached) + 1;
      HeldOrganization before = committed.held().get(event.organization());
      if (before == null || before.onlyUntilItIsRead()) {
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
        if (!token.isAhead(record.topic(), event)) {
          records.add(new Outgoing(event, record));
        }
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
                  if (failure == null) {
                    topics.wrote(metadata.topic(), metadata.partition(), metadata.offset());
                  } else if (failure instanceof RecordTooLargeException) {
                    tooLarge.compareAndSet(null, one.event());
                  }
                }));
        producer.send(RelayRecords.of(behind));
        steps.beforeCommit();
        producer.commitTransaction();
      } catch (KafkaException e) {
        // What was folded was not published.
        folded.keySet().forEach(organizations::remove);
        if (tooLarge.get() == null) {
          throw e;
        }
        producer.abortTransaction();
        return tooLarge.get();
      }
      last.forEach(positions::published);
      folded.forEach((id, one) -> organizations.put(id, one, one.state().bytes()));
      committed = behind;
      token = behind;
      steps.afterCommit();
      topics.mustBeTheSame();
      return null;
    }
  }

  /** {@code null} while it is being read. */
  private @Nullable Published atHand(String organization) {
    UnpublishableException failure = unreadable.remove(organization);
    if (failure != null) {
      throw failure;
    }
    Published known = organizations.get(organization);
    if (known != null) {
      return known;
    }
    long published = positions.of(organization);
    return reads.begin(organization, published) ? null : reads.read(organization, published);
  }

  /** Without waiting for anything: what was not committed is for the next epoch. */
  @Override
  public void close() {
    reads.close();
    try {
      if (positions.unsaved() > 0) {
        positions.save(committed, topics.marks());
      }
    } catch (RuntimeException e) {
      log.debug("What was published is counted by the next epoch", e);
    } finally {
      topics.close();
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
