package dev.keyledger.token.enforcement.outbox;

import static java.util.Objects.requireNonNull;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.kafka.TopicMark;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds out when Kafka has lost what was sent to {@code revocations.v1}, or set it back, and has it
 * sent once more: to the topic that is there by then, or to one that is made anew, so that its id
 * tells every reader that its offsets are void. To be used under the outbox's lock.
 */
final class RevocationsTopic implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(RevocationsTopic.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(4);

  /** A new leader of a partition may say for a moment that it ends earlier than it does. */
  private static final int LOOKS = 3;

  private final OutboxTable table;
  private final KafkaSettings kafka;
  private final Admin admin;
  private final LongSupplier nanoTime;
  private boolean looked;
  private long lookedAt;
  private int tooEarly;

  RevocationsTopic(OutboxTable table, KafkaSettings kafka, LongSupplier nanoTime) {
    this.table = table;
    this.kafka = kafka;
    this.admin = kafka.admin();
    this.nanoTime = nanoTime;
  }

  /**
   * Looks, at most once a second.
   *
   * @throws KafkaException when Kafka doesn't say, or while it isn't sure: nothing may be sent then
   */
  void look() throws InterruptedException {
    long now = nanoTime.getAsLong();
    if (looked && now - lookedAt < LOOK_EVERY.toNanos()) {
      return;
    }
    TopicMark found = found();
    TopicMark known = table.topic().orElse(null);
    if (known == null) {
      table.save(found);
    } else if (!known.id().equals(found.id())) {
      fill(found);
    } else if (known.isBehind(found)) {
      looked = false;
      if (++tooEarly < LOOKS) {
        throw new KafkaException(Topics.REVOCATIONS + " ends before what was sent to it");
      }
      log.error("Kafka has set {} back; it is made anew", Topics.REVOCATIONS);
      TopicGuard.makeAnew(admin, spec(), found.id(), kafka.replicationFactor(), nanoTime);
      fill(found());
    }
    tooEarly = 0;
    looked = true;
    lookedAt = now;
  }

  private void fill(TopicMark found) {
    int again = table.sendAgain();
    table.save(found);
    log.error("Kafka has lost {}; {} records are sent again", Topics.REVOCATIONS, again);
  }

  /**
   * Keeps that a record is there.
   *
   * @throws KafkaException when it stands where another was
   */
  void sent(int partition, long offset) {
    TopicMark known = table.topic().orElseThrow();
    if (partition < known.ends().size() && offset < known.ends().get(partition)) {
      looked = false;
      throw new KafkaException(Topics.REVOCATIONS + " was set back or made anew");
    }
    table.save(known.with(partition, offset));
  }

  private TopicMark found() throws InterruptedException {
    try {
      return requireNonNull(
          TopicMark.ask(admin, List.of(Topics.REVOCATIONS))
              .get(ANSWER_WITHIN.toMillis(), TimeUnit.MILLISECONDS)
              .get(Topics.REVOCATIONS));
    } catch (ExecutionException | TimeoutException e) {
      throw new KafkaException("Kafka doesn't say how its topics are", e);
    }
  }

  private static Topics.Spec spec() {
    return Topics.ALL.stream()
        .filter(one -> one.name().equals(Topics.REVOCATIONS))
        .findFirst()
        .orElseThrow();
  }

  @Override
  public void close() {
    admin.close(Duration.ofSeconds(1));
  }
}
