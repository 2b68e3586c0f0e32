package dev.keyledger.command.relay;

import java.time.Clock;
import java.time.Duration;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.LongSupplier;
import javax.sql.DataSource;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Publishes the ledger while it holds the lease. An epoch that fails is followed by another, here
 * or at another replica; what would fail for ever ends it for good and is an alarm.
 */
final class Relay implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Relay.class);
  private static final Duration ASIDE_AFTER_FAILURE = Duration.ofSeconds(1);

  enum Phase {
    STANDBY,
    LEADING,
    /** Something can't be published. Nothing is skipped; an operator has to look. */
    STOPPED
  }

  private final RelayKafka kafka;
  private final LedgerLog ledger;
  private final DataSource positions;
  private final Lease lease;
  private final RelaySettings settings;
  private final Signal appended;
  private final LongSupplier nanoTime;
  private final Clock clock;
  private final RelayMetrics metrics;
  private final Steps steps;
  private final Thread thread;
  private volatile Phase phase = Phase.STANDBY;
  private volatile @Nullable String reason;
  private final AtomicBoolean retryAsked = new AtomicBoolean();
  private final Queue<String> renewals = new ConcurrentLinkedQueue<>();
  private volatile boolean closed;

  Relay(
      RelayKafka kafka,
      LedgerLog ledger,
      DataSource positions,
      Lease lease,
      RelaySettings settings,
      Signal appended,
      LongSupplier nanoTime,
      Clock clock,
      RelayMetrics metrics,
      Steps steps) {
    this.kafka = kafka;
    this.ledger = ledger;
    this.positions = positions;
    this.lease = lease;
    this.settings = settings;
    this.appended = appended;
    this.nanoTime = nanoTime;
    this.clock = clock;
    this.metrics = metrics;
    this.steps = steps;
    this.thread = Thread.ofPlatform().daemon().name("keyledger-relay").unstarted(this::run);
  }

  void start() {
    thread.start();
  }

  /** What is held is tried again at once, should this be the relay that leads. */
  void retryHeld() {
    retryAsked.set(true);
    appended.give();
  }

  /**
   * A topic is made anew and filled from the ledger, should this be the relay that leads.
   *
   * @param topic one of {@link RelayTopics#NAMES}; others are passed over
   */
  void makeAnew(String topic) {
    if (RelayTopics.NAMES.contains(topic)) {
      renewals.add(topic);
      appended.give();
    }
  }

  Phase phase() {
    return phase;
  }

  /** Why it stopped, in words without any content; {@code null} while it has not. */
  @Nullable String reason() {
    return reason;
  }

  // However it ends, another replica gets the lease, and this one is not taken for a relay at work.
  private void run() {
    try {
      while (!closed && phase != Phase.STOPPED) {
        turn();
      }
    } catch (Throwable e) {
      stop("failed with " + e.getClass().getName(), e);
    } finally {
      lease.stepAsideForGood();
    }
  }

  private void turn() {
    try {
      if (lease.isHeld()) {
        lead();
      } else {
        appended.await(settings.poll());
      }
    } catch (InterruptedException | InterruptException e) {
      closed = true;
    } catch (RuntimeException e) {
      failed(e);
    }
  }

  private void lead() throws InterruptedException {
    try (LeaderEpoch epoch =
        LeaderEpoch.begin(
            kafka, ledger, positions, settings, appended::give, nanoTime, clock, steps)) {
      log.info("This relay leads from index {}", epoch.token().index());
      phase = Phase.LEADING;
      metrics.began();
      while (!closed && lease.isHeld()) {
        epoch.lookAtTopics();
        String renewal = renewals.poll();
        if (renewal != null) {
          epoch.makeAnew(renewal);
        }
        long start = nanoTime.getAsLong();
        int events = epoch.relayHeld(retryAsked.getAndSet(false)) + epoch.relay();
        epoch.saveWhenDue();
        if (events == 0) {
          appended.await(settings.poll());
        } else {
          metrics.relayed(events, nanoTime.getAsLong() - start);
          kafka.wentThrough();
          Thread.sleep(settings.restAfter(events));
        }
      }
      log.info("This relay leads no more, up to index {}", epoch.token().index());
    } finally {
      phase = Phase.STANDBY;
    }
  }

  private void failed(RuntimeException failure) {
    kafka.tookTooLong();
    if (isPoison(failure)) {
      stop(failure.getMessage(), failure);
    } else if (failure instanceof RelayTopics.ChangedException) {
      log.warn("This relay begins anew: {}", failure.getMessage());
    } else if (isFenced(failure)) {
      log.info("This relay was overtaken, or its transaction took too long");
    } else {
      log.warn("This relay's epoch has failed; another begins", failure);
      metrics.failed();
      lease.stepAside(ASIDE_AFTER_FAILURE);
    }
  }

  private void stop(@Nullable String why, Throwable failure) {
    reason = why;
    phase = Phase.STOPPED;
    log.error("The relay has stopped: {}", why, failure);
  }

  private static boolean isPoison(RuntimeException failure) {
    return failure instanceof PoisonException;
  }

  private static boolean isFenced(RuntimeException failure) {
    return failure instanceof LeaderEpoch.OvertakenException
        || failure instanceof KafkaException
            && (causedBy(failure, ProducerFencedException.class)
                || causedBy(failure, InvalidProducerEpochException.class));
  }

  private static boolean causedBy(Throwable failure, Class<? extends Throwable> type) {
    for (Throwable t = failure; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  /** Ends after the batch that is under way. */
  @Override
  public void close() {
    closed = true;
    appended.give();
    try {
      if (!thread.join(Duration.ofSeconds(5))) {
        log.warn("The relay did not end in time; its next batch will be refused");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
