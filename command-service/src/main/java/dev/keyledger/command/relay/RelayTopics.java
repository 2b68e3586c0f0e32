package dev.keyledger.command.relay;

import static java.util.Objects.requireNonNull;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.kafka.TopicMark;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The topics that the relay writes, as one leader knows them: which ones they are, and how far they
 * have come. PostgreSQL is the memory of what they should hold, so a topic that Kafka has set back
 * is made anew rather than continued: its id then tells every consumer that its offsets are void.
 */
final class RelayTopics implements AutoCloseable {
  static final List<String> NAMES =
      List.of(Topics.EVENTS, Topics.ACCESS, Topics.REVOCATIONS, Topics.SUBSCRIPTIONS);

  /** Those that others write too: missing, they are made as well. */
  private static final List<String> ALL = Topics.ALL.stream().map(Topics.Spec::name).toList();

  private static final Logger log = LoggerFactory.getLogger(RelayTopics.class);
  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** A new leader of a partition may say for a moment that it ends earlier than it does. */
  private static final int LOOKS = 4;

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

  private final Admin admin;
  private final short replicationFactor;
  private final LongSupplier nanoTime;
  private final Map<String, TopicMark> marks = new HashMap<>();
  private @Nullable CompletableFuture<Map<String, TopicMark>> asking;
  private long askedAt;
  private Map<String, TopicMark> whenAsked = Map.of();
  private @Nullable String changed;

  /**
   * @param admin closed with this
   */
  RelayTopics(Admin admin, short replicationFactor, LongSupplier nanoTime) {
    this.admin = admin;
    this.replicationFactor = replicationFactor;
    this.nanoTime = nanoTime;
    this.askedAt = nanoTime.getAsLong();
  }

  /**
   * Makes topics that are missing, and makes those anew that end before what was written to them.
   *
   * @param written what a leader before has kept of them; empty for what it never knew
   * @return the names of those that hold what was written
   * @throws KafkaException when Kafka doesn't say, or doesn't let it
   */
  Set<String> begin(Map<String, TopicMark> written) {
    TopicGuard.ensure(admin, Topics.ALL, replicationFactor);
    Map<String, TopicMark> now = observed();
    Set<String> setBack = behind(written, now);
    for (int look = 1; look < LOOKS && !setBack.isEmpty(); look++) {
      pause();
      now = observed();
      setBack.retainAll(behind(written, now));
    }
    for (String topic : setBack) {
      log.error("Kafka has set {} back; it is made anew", topic);
      makeAnew(topic, of(topic, now).id());
    }
    if (!setBack.isEmpty()) {
      now = observed();
    }
    var whole = new TreeSet<String>();
    for (String topic : NAMES) {
      TopicMark before = written.get(topic);
      TopicMark found = of(topic, now);
      if (before != null && before.id().equals(found.id())) {
        whole.add(topic);
        found = before.and(found);
      } else if (before == null && !written.isEmpty()) {
        // A leader of a release that didn't know the topic has published nothing that belongs on
        // it.
        whole.add(topic);
      }
      marks.put(topic, found);
    }
    return whole;
  }

  private static TopicMark of(String topic, Map<String, TopicMark> marks) {
    return requireNonNull(marks.get(topic));
  }

  private static Set<String> behind(Map<String, TopicMark> written, Map<String, TopicMark> now) {
    return written.entrySet().stream()
        .filter(one -> NAMES.contains(one.getKey()))
        .filter(one -> one.getValue().isBehind(of(one.getKey(), now)))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private Map<String, TopicMark> observed() {
    try {
      return TopicMark.ask(admin, NAMES).get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
    }
  }

  private static void pause() {
    try {
      Thread.sleep(BETWEEN_LOOKS);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  synchronized Map<String, String> ids() {
    var ids = new TreeMap<String, String>();
    marks.forEach((name, mark) -> ids.put(name, mark.id()));
    return ids;
  }

  synchronized Map<String, TopicMark> marks() {
    return Map.copyOf(marks);
  }

  /** To be called for every record that the brokers have taken; any thread may. */
  synchronized void wrote(String topic, int partition, long offset) {
    TopicMark mark = marks.get(topic);
    if (mark == null) {
      return;
    }
    if (partition < mark.ends().size() && offset < mark.ends().get(partition)) {
      changed = topic;
    }
    marks.put(topic, mark.with(partition, offset));
  }

  /** Makes one of them anew for whoever asked; the next leader finds it so, and fills it. */
  void makeAnew(String topic) {
    makeAnew(topic, of(topic, marks()).id());
    throw new ChangedException(topic);
  }

  private void makeAnew(String topic, String id) {
    Topics.Spec spec =
        Topics.ALL.stream().filter(one -> one.name().equals(topic)).findFirst().orElseThrow();
    TopicGuard.makeAnew(admin, spec, id, replicationFactor, nanoTime);
  }

  /**
   * Looks once a second, without waiting, whether they still are what they were, and all topics
   * there.
   *
   * @throws ChangedException when one isn't
   */
  void look() {
    CompletableFuture<Map<String, TopicMark>> answer = asking;
    if (answer != null && answer.isDone()) {
      asking = null;
      if (!answer.isCompletedExceptionally()) {
        compare(answer.join());
      } else if (isMissing(answer)) {
        throw new ChangedException("one of " + ALL);
      }
    } else if (answer == null && nanoTime.getAsLong() - askedAt >= LOOK_EVERY.toNanos()) {
      askedAt = nanoTime.getAsLong();
      // What is written while Kafka answers may be missing in the answer.
      whenAsked = marks();
      asking = TopicMark.ask(admin, ALL);
    }
    mustBeTheSame();
  }

  private static boolean isMissing(CompletableFuture<?> answer) {
    Throwable failure = answer.exceptionNow();
    return failure instanceof UnknownTopicOrPartitionException
        || failure.getCause() instanceof UnknownTopicOrPartitionException;
  }

  private synchronized void compare(Map<String, TopicMark> now) {
    for (String topic : NAMES) {
      TopicMark mark = whenAsked.get(topic);
      TopicMark found = now.get(topic);
      if (mark == null || found == null) {
        continue;
      }
      // One that ends too early is looked at again, more than once, before anything is done.
      if (!mark.id().equals(found.id()) || mark.isBehind(found)) {
        changed = topic;
      }
    }
  }

  /**
   * @throws ChangedException when one is known to be another
   */
  synchronized void mustBeTheSame() {
    if (changed != null) {
      throw new ChangedException(changed);
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }

  /** A topic is not what it was; the next epoch makes good for it. */
  static final class ChangedException extends RuntimeException {
    ChangedException(String topic) {
      super(topic + " was lost, set back or made anew", null, false, false);
    }
  }
}
