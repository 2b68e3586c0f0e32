package dev.keyledger.delivery.messages;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.AdminTopicIds;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicFollower;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** The threads that read the ledger's topics. */
@Component
final class Readings implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(Readings.class);

  /** Each makes up to twenty messages, in one transaction. */
  private static final int POLLED_AT_ONCE = 200;

  private final EventsReading events;
  private final SecretsReading secrets;
  private final SessionsReading sessions;
  private final KafkaSettings kafka;
  private final AdminTopicIds topicIds;
  private volatile List<TopicFollower<byte[], byte[]>> followers = List.of();

  Readings(
      EventsReading events, SecretsReading secrets, SessionsReading sessions, KafkaSettings kafka) {
    this.events = events;
    this.secrets = secrets;
    this.sessions = sessions;
    this.kafka = kafka;
    this.topicIds = new AdminTopicIds(kafka::admin);
  }

  @Override
  public void start() {
    followers =
        List.of(
            follower("webhook-events", Topics.EVENTS, events),
            follower("webhook-secrets", Topics.SUBSCRIPTIONS, secrets),
            follower("ended-sessions", Topics.ACTIVITY, sessions));
    followers.forEach(TopicFollower::start);
  }

  private TopicFollower<byte[], byte[]> follower(
      String name, String topic, TopicFollower.Target<byte[], byte[]> target) {
    List<TopicPartition> partitions =
        IntStream.range(0, Topics.PARTITIONS)
            .mapToObj(number -> new TopicPartition(topic, number))
            .toList();
    return TopicFollower.of(
        name, partitions, target, topicIds, () -> new KafkaConsumer<>(consumer()));
  }

  private Map<String, Object> consumer() {
    Map<String, Object> consumer = kafka.follower();
    consumer.put("key.deserializer", ByteArrayDeserializer.class);
    consumer.put("max.poll.records", POLLED_AT_ONCE);
    return consumer;
  }

  /** At the start, and now and then. */
  @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT0S")
  void goOn() {
    try {
      events.goOn();
    } catch (DataAccessException e) {
      log.warn("halted organisations can't be tried: {}", e.getClass().getSimpleName());
    }
  }

  /** How many of the topics aren't read on: what they say comes later, or never. */
  int standing() {
    return (int)
        followers.stream()
            .filter(one -> !one.isRunning() || one.isFailing() || one.hasLostRecords())
            .count();
  }

  @Override
  public void stop() {
    followers.forEach(TopicFollower::signalStop);
    followers.forEach(TopicFollower::close);
    followers = List.of();
    topicIds.close();
  }

  @Override
  public boolean isRunning() {
    return !followers.isEmpty();
  }
}
