package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.events.Topics;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Sends what the outbox holds, oldest first, and puts by what the brokers have confirmed. One
 * replica at a time does so, under a lock that lives no longer than its transaction, so that each
 * stream is sent in its order: of a stream the next record is sent once the one before it is
 * confirmed, and none behind one that failed. Others go on. A crash in between sends a record
 * twice, with the same id and position, and never not at all.
 */
public final class OutboxRelay implements SmartLifecycle, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
  private static final int BATCH = 500;

  /** Records of one stream in a turn; the outbox's lock is not held for longer. */
  private static final int ROUNDS = 50;

  private static final Duration AFTER_FAILURE = Duration.ofMillis(200);
  private static final Duration UNASKED = Duration.ofMillis(500);

  private final OutboxTable table;
  private final RevocationsTopic topic;
  private final TransactionOperations transactions;
  private final Producer<String, byte[]> producer;
  private final Semaphore wakes = new Semaphore(0);
  private volatile boolean running;
  private @Nullable Thread thread;

  /**
   * @param producer idempotent, {@code acks=all}; its delivery timeout is shorter than the table's
   *     lock may be held
   */
  OutboxRelay(
      OutboxTable table,
      RevocationsTopic topic,
      TransactionOperations transactions,
      Producer<String, byte[]> producer) {
    this.table = table;
    this.topic = topic;
    this.transactions = transactions;
    this.producer = producer;
  }

  /** There is something to send. */
  public void wake() {
    wakes.release();
  }

  /** Before the web server begins until after it has ended: what it ends is still sent. */
  @Override
  public int getPhase() {
    return SmartLifecycle.DEFAULT_PHASE - 8_192;
  }

  @Override
  public synchronized void start() {
    running = true;
    thread = Thread.ofPlatform().name("outbox-relay").daemon(true).start(this::run);
  }

  @Override
  public synchronized void stop() {
    running = false;
    Thread stopping = thread;
    thread = null;
    if (stopping != null) {
      stopping.interrupt();
      try {
        stopping.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public void close() {
    stop();
    topic.close();
    producer.close(Duration.ofSeconds(2));
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    while (running) {
      try {
        if (!relay()) {
          // Other replicas' leavings are looked for unasked.
          awaitWake(UNASKED);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        if (!running) {
          return;
        }
        log.warn("What ended could not be sent to Kafka; trying again", e);
        awaitWakeAfterFailure();
      }
    }
  }

  private void awaitWake(Duration atMost) throws InterruptedException {
    if (wakes.tryAcquire(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      wakes.drainPermits();
    }
  }

  private void awaitWakeAfterFailure() {
    try {
      TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * One batch.
   *
   * @return whether there is more at once
   * @throws IllegalStateException when the brokers didn't confirm a record; what they did is kept
   */
  boolean relay() throws InterruptedException {
    Turn turn = Objects.requireNonNull(transactions.execute(status -> relayLocked()));
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    if (turn.failure() != null) {
      throw turn.failure();
    }
    return turn.more();
  }

  private record Turn(boolean more, @Nullable IllegalStateException failure) {}

  private Turn relayLocked() {
    table.lock();
    try {
      topic.look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the brokers answer", e);
    }
    List<OutboxTable.Row> rows = table.oldest(BATCH);
    var waiting = new LinkedHashMap<String, ArrayDeque<OutboxTable.Row>>();
    for (OutboxTable.Row row : rows) {
      waiting.computeIfAbsent(orderOf(row), order -> new ArrayDeque<>()).add(row);
    }
    var sent = new ArrayList<OutboxTable.Row>(rows.size());
    var last = new TreeMap<Integer, Long>();
    IllegalStateException failure = null;
    for (int round = 0; round < ROUNDS && !waiting.isEmpty(); round++) {
      var confirmations = new LinkedHashMap<String, Future<RecordMetadata>>();
      waiting.forEach(
          (order, of) -> confirmations.put(order, producer.send(of.getFirst().record().toKafka())));
      producer.flush();
      for (var confirmation : confirmations.entrySet()) {
        ArrayDeque<OutboxTable.Row> of = Objects.requireNonNull(waiting.get(confirmation.getKey()));
        try {
          RecordMetadata there = confirmed(confirmation.getValue());
          if (there.topic().equals(Topics.REVOCATIONS)) {
            last.put(there.partition(), there.offset());
          }
          sent.add(of.removeFirst());
          if (of.isEmpty()) {
            waiting.remove(confirmation.getKey());
          }
        } catch (IllegalStateException e) {
          failure = e;
          waiting.remove(confirmation.getKey());
        }
      }
    }
    last.forEach(topic::sent);
    table.sent(sent);
    return new Turn(rows.size() == BATCH || !waiting.isEmpty(), failure);
  }

  /** What is told by order among themselves; what only happened, each by itself. */
  private static String orderOf(OutboxTable.Row row) {
    return row.record().topic().equals(Topics.REVOCATIONS)
        ? row.record().key()
        : Long.toString(row.id());
  }

  private static RecordMetadata confirmed(Future<RecordMetadata> confirmation) {
    try {
      return confirmation.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the brokers confirm", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException("the brokers did not confirm a record", e.getCause());
    }
  }
}
