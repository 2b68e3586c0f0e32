package dev.keyledger.command.relay;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows the relay's committed token, whichever replica leads: what is published, and what has
 * been for so long that no consumer can still serve without it.
 */
final class PublishedTokens implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(PublishedTokens.class);
  private static final Duration POLL = Duration.ofMillis(500);

  private record Seen(RelayToken token, long at) {}

  private final RelayKafka kafka;
  private final long settlesAfter;
  private final LongSupplier nanoTime;
  private final Thread thread;

  // The newest settled token first, the newest of all last.
  private final Deque<Seen> seen = new ArrayDeque<>();
  private volatile boolean closed;

  PublishedTokens(RelayKafka kafka, Duration settlesAfter, LongSupplier nanoTime) {
    this.kafka = kafka;
    this.settlesAfter = settlesAfter.toNanos();
    this.nanoTime = nanoTime;
    this.thread = Thread.ofPlatform().daemon().name("keyledger-relay-tokens").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** As far as this replica has heard; at most half a second late. */
  synchronized RelayToken newest() {
    Seen last = seen.peekLast();
    return last == null ? RelayToken.START : last.token;
  }

  /** The newest token that was seen longer ago than a consumer may serve without news. */
  synchronized RelayToken settled() {
    forget();
    Seen first = seen.peekFirst();
    return first == null || !isSettled(first) ? RelayToken.START : first.token;
  }

  private synchronized void saw(RelayToken token) {
    seen.addLast(new Seen(token, nanoTime.getAsLong()));
    forget();
  }

  /** Of the settled ones only the newest counts. */
  private void forget() {
    while (seen.size() > 1
        && seen.stream().skip(1).findFirst().filter(this::isSettled).isPresent()) {
      seen.removeFirst();
    }
  }

  private boolean isSettled(Seen one) {
    return nanoTime.getAsLong() - one.at > settlesAfter;
  }

  private void run() {
    while (!closed) {
      try (Consumer<String, byte[]> consumer = kafka.unhurriedConsumer(POLL)) {
        RelayToken newest = kafka.newestToken(consumer);
        if (newest != null) {
          saw(newest);
        }
        while (!closed) {
          RelayToken last = null;
          for (ConsumerRecord<String, byte[]> record : consumer.poll(POLL)) {
            if (kafka.isSealed(record)) {
              last = kafka.read(record);
            }
          }
          if (last != null) {
            saw(last);
          }
        }
      } catch (RuntimeException | Error e) {
        // Without this thread no read that waits for a position would ever be sure again.
        log.error("The relay's token is not followed; trying again", e);
        LockSupport.parkNanos(Duration.ofSeconds(1).toNanos());
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    LockSupport.unpark(thread);
  }
}
