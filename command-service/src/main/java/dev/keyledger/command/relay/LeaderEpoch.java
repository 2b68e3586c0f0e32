package dev.keyledger.command.relay;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.OrganizationId;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;

/**
 * One time of leading: from fencing the predecessor to the first failure. Nothing of it outlives a
 * failure; the next epoch begins with what Kafka has committed.
 */
final class LeaderEpoch implements AutoCloseable {
  private static final int SUBJECTS_REMEMBERED = 500_000;

  private final LedgerLog ledger;
  private final Producer<String, byte[]> producer;
  private final GapWatch gaps;
  private final int batch;
  private final Steps steps;
  private final Cache<OrganizationId, Published> organizations =
      Caffeine.newBuilder()
          .maximumWeight(SUBJECTS_REMEMBERED)
          .<OrganizationId, Published>weigher((id, published) -> published.subjects())
          .executor(Runnable::run)
          .build();
  private volatile RelayToken token;

  private LeaderEpoch(
      LedgerLog ledger,
      Producer<String, byte[]> producer,
      RelayToken token,
      GapWatch gaps,
      int batch,
      Steps steps) {
    this.ledger = ledger;
    this.producer = producer;
    this.token = token;
    this.gaps = gaps;
    this.batch = batch;
    this.steps = steps;
  }

  /**
   * Fences the leader before it, then reads what that had committed.
   *
   * @throws KafkaException when Kafka doesn't let it begin
   * @throws PoisonException when ledger and topics can't belong together
   */
  static LeaderEpoch begin(
      RelayKafka kafka,
      LedgerLog ledger,
      RelaySettings settings,
      LongSupplier nanoTime,
      Steps steps) {
    Producer<String, byte[]> producer = kafka.producer();
    try {
      producer.initTransactions();
      RelayToken token = kafka.token();
      long head = ledger.head();
      if (token.index() > head) {
        throw new PoisonException(
            "events up to index " + token.index() + " were published, the ledger ends at " + head);
      }
      var gaps = new GapWatch(settings.gapTimeout(), nanoTime);
      gaps.seen(token.gaps());
      return new LeaderEpoch(ledger, producer, token, gaps, settings.batch(), steps);
    } catch (RuntimeException | Error e) {
      producer.close(Duration.ZERO);
      throw e;
    }
  }

  RelayToken token() {
    return token;
  }

  /** Publishes what waits, in one transaction with the token behind it; says how many events. */
  int relay() {
    List<Long> doomed = gaps.doomed();
    List<LedgerLog.Entry> waiting = ledger.after(token, batch);
    RelayToken next =
        token.after(waiting.stream().map(LedgerLog.Entry::index).toList()).without(doomed);
    gaps.seen(next.gaps());
    if (!waiting.isEmpty()) {
      publish(records(waiting), next);
    }
    token = next;
    return waiting.size();
  }

  private void publish(List<ProducerRecord<String, byte[]>> records, RelayToken next) {
    producer.beginTransaction();
    steps.beforeSend();
    // A failure of any of these shows at the commit.
    records.forEach(producer::send);
    producer.send(RelayRecords.of(next));
    steps.beforeCommit();
    producer.commitTransaction();
    steps.afterCommit();
  }

  private List<ProducerRecord<String, byte[]>> records(List<LedgerLog.Entry> waiting) {
    var records = new ArrayList<ProducerRecord<String, byte[]>>(waiting.size() * 3);
    for (LedgerLog.Entry entry : waiting) {
      LedgerEvent event = entry.event();
      Published organization = before(event);
      try {
        records.addAll(RelayRecords.of(event, organization));
      } catch (RuntimeException e) {
        throw new PoisonException("event " + event.id() + " cannot be published", e);
      }
      organizations.put(event.organization(), organization);
    }
    return records;
  }

  /** The organisation as it was published before this event. */
  private Published before(LedgerEvent event) {
    Published known = organizations.getIfPresent(event.organization());
    if (known == null) {
      known = new Published();
      if (event.position() > 0) {
        ledger.historyOf(event.organization(), event.position(), known::apply);
      }
    }
    if (known.position() != event.position() - 1) {
      throw new PoisonException(
          "event "
              + event.id()
              + " has position "
              + event.position()
              + ", but its organisation was published up to "
              + known.position());
    }
    return known;
  }

  /** Without waiting for anything: what was not committed is for the next epoch. */
  @Override
  public void close() {
    producer.close(Duration.ZERO);
  }
}
