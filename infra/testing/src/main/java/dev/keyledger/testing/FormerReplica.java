package dev.keyledger.testing;

import dev.keyledger.events.feed.Ack;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.receipts.Acknowledgements;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.apache.kafka.clients.producer.Producer;

/**
 * A replica of token-service that served for longer than anybody may rely on what they were told,
 * and left. Where there was none, a platform that has just begun can't know who else is there
 * before as much time has passed, and no receipt is in force until then.
 */
final class FormerReplica {
  private static final Duration SERVED = Duration.ofMinutes(10);
  private static final String INSTANCE = "former";

  private FormerReplica() {}

  static void of(KafkaSettings kafka, RecordSeals seals) {
    TopicGuard.ensure(kafka);
    Instant left = Instant.now();
    try (Producer<String, byte[]> producer = seals.producer(kafka.producer())) {
      send(producer, Ack.Kind.REGISTERED, left.minus(SERVED));
      send(producer, Ack.Kind.ALIVE, left);
      send(producer, Ack.Kind.LEFT, left);
    }
  }

  private static void send(Producer<String, byte[]> producer, Ack.Kind kind, Instant at) {
    var unused =
        producer.send(
            Acknowledgements.recordOf(new Ack("token-service", INSTANCE, kind, List.of(), at)));
  }
}
