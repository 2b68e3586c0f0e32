package dev.keyledger.token.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.subscriber.kafka.KafkaSettings;
import dev.keyledger.subscriber.kafka.TopicGuard;
import dev.keyledger.token.TestServerKeys;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.access.AccessState;
import dev.keyledger.token.decide.KeyDecision;
import dev.keyledger.token.decide.KeyQuestion;
import dev.keyledger.token.decide.KeyVerdict.Accepted;
import dev.keyledger.token.decide.Peppers;
import dev.keyledger.token.decide.Place;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");

  private final UsageCounter counter = new UsageCounter();
  private final TestServerKeys serverKeys = new TestServerKeys();
  private final TestTenant tenant = new TestTenant(serverKeys);
  private final TestTenant.Key key = tenant.key("live");

  private Accepted accepted() {
    var state = new AccessState();
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    state.apply(key.record());
    return (Accepted)
        new KeyDecision(state, new Peppers(serverKeys))
            .decide(
                KeyQuestion.direct(key.secret, Place.ANYWHERE, Set.of()), true, NOW.toEpochMilli());
  }

  @Test
  void usesAreCountedBySecretAndTakenOnce() {
    Accepted accepted = accepted();
    counter.used(accepted, NOW.toEpochMilli());
    counter.used(accepted, NOW.plusSeconds(1).toEpochMilli());
    assertThat(counter.take("here"))
        .containsExactly(new Usage(tenant.id, key.id, key.prefix(), 2, NOW.plusSeconds(1), "here"));
    assertThat(counter.take("here")).isEmpty();
  }

  @Test
  void nothingCountedIsLostWhileItIsBeingTaken() throws Exception {
    Accepted accepted = accepted();
    var taken = new ArrayList<Usage>();
    try (var pool = Executors.newFixedThreadPool(4)) {
      var futures =
          IntStream.range(0, 3)
              .mapToObj(i ->
                  pool.submit(() -> {
                    for (int n = 0; n < 100_000; n++) {
                      counter.used(accepted, NOW.toEpochMilli());
                    }
                  }))
              .toList();
      while (futures.stream().anyMatch(f -> !f.isDone())) {
        taken.addAll(counter.take("here"));
      }
      for (var future : futures) {
        future.get();
      }
    }
    taken.addAll(counter.take("here"));
    taken.addAll(counter.take("here"));
    assertThat(taken.stream().mapToLong(Usage::count).sum()).isEqualTo(300_000);
  }

  @Test
  void whatWasCountedIsPublishedAtTheEndAtTheLatest() {
    KafkaSettings kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
    TopicGuard.ensure(kafka);
    counter.used(accepted(), NOW.toEpochMilli());
    var publisher =
        new UsagePublisher(
            counter, new KafkaProducer<>(kafka.producer()), "here", Clock.systemUTC());
    publisher.publishEvery(Duration.ofHours(1));
    publisher.close();

    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      consumer.assign(List.of(new TopicPartition(Topics.USAGE, Topics.partitionOf(tenant.id))));
      consumer.seekToBeginning(consumer.assignment());
      var found = new ArrayList<Usage>();
      await()
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(100))
                .forEach(r -> {
                  if (r.key().equals(key.id.value())) {
                    found.add(EventCodec.decode(r.value(), Usage.class));
                  }
                });
            return !found.isEmpty();
          });
      assertThat(found).containsExactly(new Usage(tenant.id, key.id, key.prefix(), 1, NOW, "here"));
    }
  }
}
