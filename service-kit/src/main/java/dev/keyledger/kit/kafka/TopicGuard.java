package dev.keyledger.kit.kafka;

import static java.util.Objects.requireNonNull;

import dev.keyledger.events.Topics;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicCollection;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigException;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.errors.UnknownTopicIdException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Creates the platform's topics and refuses to go on with one that breaks a guarantee. Several
 * services may do so at once: the one that comes second finds the topic and checks it. One that the
 * brokers don't let create a topic waits for who may.
 */
public final class TopicGuard {
  private static final Logger log = LoggerFactory.getLogger(TopicGuard.class);
  private static final String MIN_INSYNC = "min.insync.replicas";
  private static final String UNCLEAN = "unclean.leader.election.enable";
  private static final Duration PATIENCE = Duration.ofSeconds(30);
  private static final Duration PAUSE = Duration.ofMillis(100);
  private static final Duration WHILE_AWAY = Duration.ofMillis(500);

  // Not guarantees, only thrift: a segment that is still written to is neither deleted nor
  // compacted, and these topics are read from an early offset at every start.
  private static final Map<String, Map<String, String>> AT_CREATION =
      Map.of(
          Topics.ACKS, Map.of("segment.ms", "600000"),
          Topics.RELAY, Map.of("segment.bytes", "4194304", "min.cleanable.dirty.ratio", "0.1"),
          Topics.SUBSCRIPTIONS,
              Map.of("segment.bytes", "4194304", "min.cleanable.dirty.ratio", "0.2"),
          Topics.ACCESS, Map.of("segment.bytes", "67108864", "min.cleanable.dirty.ratio", "0.2"));

  private TopicGuard() {}

  /**
   * Every topic of the platform. A Kafka that isn't there yet is waited for, however long that
   * takes.
   *
   * @throws UnfitTopicException for the first topic that breaks a guarantee
   * @throws KafkaException when the cluster refuses to be asked
   */
  public static void ensure(KafkaSettings settings) {
    ensure(settings, () -> {});
  }

  /**
   * @param away called after each attempt that found no Kafka
   */
  static void ensure(KafkaSettings settings, Runnable away) {
    while (true) {
      try (Admin admin = settings.admin()) {
        ensure(admin, Topics.ALL, settings.replicationFactor());
        return;
      } catch (KafkaException e) {
        if (!isAway(e)) {
          throw e;
        }
        log.warn("Kafka is not there yet ({}); waiting for it", settings.bootstrapServers());
        away.run();
        pause(WHILE_AWAY);
      }
    }
  }

  /** Not what a mistaken setting brings about, but for a name that may come to be known. */
  private static boolean isAway(KafkaException e) {
    return e instanceof RetriableException
        || e.getCause() instanceof ConfigException unknown
            && String.valueOf(unknown.getMessage()).contains("No resolvable bootstrap");
  }

  /**
   * @throws UnfitTopicException for the first topic that breaks a guarantee
   * @throws KafkaException when the cluster cannot be asked
   */
  public static void ensure(Admin admin, Collection<Topics.Spec> topics, short replicationFactor) {
    create(admin, topics, replicationFactor);
    List<String> names = topics.stream().map(Topics.Spec::name).toList();
    Map<String, TopicDescription> found = described(admin, names, System::nanoTime);
    Map<String, Config> settings = settingsOf(admin, names);
    for (Topics.Spec topic : topics) {
      check(
          topic,
          requireNonNull(found.get(topic.name())),
          requireNonNull(settings.get(topic.name())),
          replicationFactor);
    }
  }

  /**
   * Deletes a topic and makes it anew, empty. Of several that do so at once one deletes, since the
   * topic is named by its id; all return once the name stands for another one.
   *
   * @param id of the one to delete
   * @throws KafkaException when the cluster doesn't let it, or not within half a minute
   */
  public static void makeAnew(
      Admin admin, Topics.Spec topic, String id, short replicationFactor, LongSupplier nanoTime) {
    try {
      get(admin.deleteTopics(TopicCollection.ofTopicIds(List.of(Uuid.fromString(id)))).all());
    } catch (UnknownTopicIdException e) {
      // Another was faster, or it is gone already.
    }
    long start = nanoTime.getAsLong();
    while (true) {
      try {
        get(admin.createTopics(List.of(newTopic(topic, replicationFactor))).all());
        return;
      } catch (TopicExistsException e) {
        if (isAnother(admin, topic.name(), id)) {
          return;
        }
        if (nanoTime.getAsLong() - start > PATIENCE.toNanos()) {
          throw e;
        }
        pause(PAUSE);
      }
    }
  }

  private static boolean isAnother(Admin admin, String name, String id) {
    try {
      TopicDescription found = get(admin.describeTopics(List.of(name)).allTopicNames()).get(name);
      return found != null && !found.topicId().toString().equals(id);
    } catch (UnknownTopicOrPartitionException e) {
      return false;
    }
  }

  private static void create(Admin admin, Collection<Topics.Spec> topics, short replicationFactor) {
    Set<String> existing = get(admin.listTopics().names());
    var missing =
        topics.stream()
            .filter(topic -> !existing.contains(topic.name()))
            .map(topic -> newTopic(topic, replicationFactor))
            .toList();
    admin
        .createTopics(missing)
        .values()
        .forEach((name, created) -> {
          try {
            get(created);
          } catch (TopicExistsException e) {
            // Another service was faster. The check that follows holds for its topic too.
          } catch (TopicAuthorizationException e) {
            // Another service's to make, which does: the check that follows waits for it.
          }
        });
  }

  private static NewTopic newTopic(Topics.Spec topic, short replicationFactor) {
    var settings = new HashMap<>(topic.settings());
    settings.putAll(AT_CREATION.getOrDefault(topic.name(), Map.of()));
    settings.put(MIN_INSYNC, String.valueOf(minInsync(replicationFactor)));
    settings.put(UNCLEAN, "false");
    return new NewTopic(topic.name(), topic.partitions(), replicationFactor).configs(settings);
  }

  /** From three replicas on: a majority, so that one may be away and no write is on one alone. */
  private static int minInsync(short replicationFactor) {
    return replicationFactor < 3 ? 1 : replicationFactor / 2 + 1;
  }

  private static void check(
      Topics.Spec topic, TopicDescription found, Config settings, short replicationFactor) {
    if (found.partitions().size() != topic.partitions()) {
      throw new UnfitTopicException(
          topic.name(),
          "partitions",
          String.valueOf(found.partitions().size()),
          String.valueOf(topic.partitions()));
    }
    int replicas = found.partitions().getFirst().replicas().size();
    if (replicas < replicationFactor) {
      throw new UnfitTopicException(
          topic.name(), "replicas", String.valueOf(replicas), "at least " + replicationFactor);
    }
    topic.settings().forEach((name, needed) -> check(topic, settings, name, needed));
    check(topic, settings, UNCLEAN, "false");
    int insync = Integer.parseInt(settings.get(MIN_INSYNC).value());
    int needed = replicationFactor < 3 ? 1 : 2;
    if (insync < needed || insync > replicas) {
      throw new UnfitTopicException(
          topic.name(), MIN_INSYNC, String.valueOf(insync), needed + " to " + replicas);
    }
  }

  private static void check(Topics.Spec topic, Config settings, String name, String needed) {
    String value = settings.get(name).value();
    if (!needed.equals(value)) {
      throw new UnfitTopicException(topic.name(), name, value, needed);
    }
  }

  /** A topic that was just created is not yet known to every broker. */
  private static Map<String, TopicDescription> described(
      Admin admin, List<String> names, LongSupplier nanoTime) {
    long start = nanoTime.getAsLong();
    while (true) {
      try {
        return get(admin.describeTopics(names).allTopicNames());
      } catch (UnknownTopicOrPartitionException e) {
        if (nanoTime.getAsLong() - start > PATIENCE.toNanos()) {
          throw e;
        }
        pause(PAUSE);
      }
    }
  }

  private static Map<String, Config> settingsOf(Admin admin, List<String> names) {
    var resources =
        names.stream().map(name -> new ConfigResource(ConfigResource.Type.TOPIC, name)).toList();
    var byName = new HashMap<String, Config>();
    get(admin.describeConfigs(resources).all())
        .forEach((resource, config) -> byName.put(resource.name(), config));
    return byName;
  }

  private static void pause(Duration pause) {
    try {
      Thread.sleep(pause);
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
  }

  private static <T> T get(KafkaFuture<T> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof KafkaException k ? k : new KafkaException(e.getCause());
    }
  }
}
