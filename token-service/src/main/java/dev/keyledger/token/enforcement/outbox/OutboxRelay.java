package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.events.Topics;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
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
 * stream is sent in its order. A crash in between sends a record twice, with the same id and
 * position, and never not at all.
 */
public final class OutboxRelay implements SmartLifecycle, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(OutboxRelay.class);
  private static final int BATCH = 500;
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
        if (relay() < BATCH) {
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
   * @return how many records it had
   */
  int relay() throws InterruptedException {
    Integer sent = transactions.execute(status -> relayLocked());
    if (Thread.interrupted()) {
      throw new InterruptedException();
    }
    return sent == null ? 0 : sent;
  }

  private int relayLocked() {
    table.lock();
    try {
      topic.look();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while the brokers answer", e);
    }
    List<OutboxTable.Row> rows = table.oldest(BATCH);
    var confirmations = new ArrayList<Future<RecordMetadata>>(rows.size());
    for (OutboxTable.Row row : rows) {
      confirmations.add(producer.send(row.record().toKafka()));
    }
    if (!rows.isEmpty()) {
      producer.flush();
    }
    var last = new TreeMap<Integer, Long>();
    for (Future<RecordMetadata> confirmation : confirmations) {
      RecordMetadata sent = confirmed(confirmation);
      if (sent.topic().equals(Topics.REVOCATIONS)) {
        last.put(sent.partition(), sent.offset());
      }
    }
    last.forEach(topic::sent);
    table.sent(rows);
    return rows.size();
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
