package dev.keyledger.token.enforcement.usage;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Usage;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.KeyVerdict.Accepted;
import dev.keyledger.kit.decide.KeyVerdict.Refused;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.PepperedSecrets;
import dev.keyledger.token.enforcement.access.Peppers;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class UsageTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");

  private final List<Counted<UsageCounter.Used>> networks = new ArrayList<>();
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final UsageCounter counter = new UsageCounter(registry);
  private final TestServerKeys serverKeys = new TestServerKeys();
  private final TestTenant tenant = new TestTenant(serverKeys);
  private final TestTenant.Key key = tenant.key("live");

  private Accepted accepted() {
    return (Accepted) decided(key.secret, TestTenant.ANYWHERE);
  }

  private Refused refused(String secret, String environment) {
    return (Refused) decided(secret, new RequestContext("", Set.of(environment), null));
  }

  private AccessState state() {
    var state = new AccessState();
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    state.apply(key.record());
    return state;
  }

  private KeyVerdict decided(String secret, RequestContext context) {
    AccessState state = state();
    return new KeyDecision(state, new PepperedSecrets(state, new Peppers(serverKeys)))
        .decide(KeyQuestion.direct(secret, context, Set.of()), true, NOW.toEpochMilli());
  }

  @Test
  void usesAreCountedBySecretAndTakenOnce() {
    Accepted accepted = accepted();
    counter.used(accepted, "", NOW.toEpochMilli());
    counter.used(accepted, "", NOW.plusSeconds(1).toEpochMilli());
    assertThat(counter.takeUses())
        .containsExactly(
            new Counted<>(
                new UsageCounter.Used(accepted.key().uuid(), key.prefix(), "", tenant.id),
                2,
                NOW.plusSeconds(1)));
    assertThat(counter.takeUses()).isEmpty();
  }

  @Test
  void aKeyHasSixtyFourAddressesToldApartAndOfTheOthersTheNetworks() {
    Accepted accepted = accepted();
    for (int round = 0; round < 3; round++) {
      for (int i = 0; i < 1_000; i++) {
        counter.used(accepted, "10." + round + "." + i / 256 + "." + i % 256, NOW.toEpochMilli());
      }
      counter.used(accepted, "2001:db8:7:1::1", NOW.toEpochMilli());
      counter.used(accepted, "10.0.0.1", NOW.toEpochMilli());
      List<Counted<UsageCounter.Used>> taken = counter.takeUses();

      assertThat(addresses(taken)).contains("10." + round + ".3.0/24", "2001:db8:7::/48");
      assertThat(addresses(taken)).doesNotContain(UsageCounter.SOMEWHERE);
      assertThat(taken).hasSizeLessThanOrEqualTo(64 + 6);
      assertThat(taken.stream().mapToLong(Counted::count).sum()).isEqualTo(1_002);
    }
    assertThat(placesLost()).isZero();
  }

  @Test
  void beyondAThousandNetworksOfAKeyUsesAreCountedAsFromSomewhere() {
    Accepted accepted = accepted();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1_200; i++) {
        counter.used(accepted, "10." + i / 256 + "." + i % 256 + ".1", NOW.toEpochMilli());
      }
      List<Counted<UsageCounter.Used>> taken = counter.takeUses();

      assertThat(taken).hasSize(64 + 1_000 + 1);
      assertThat(taken)
          .filteredOn(use -> use.what().address().equals(UsageCounter.SOMEWHERE))
          .singleElement()
          .satisfies(use -> assertThat(use.count()).isEqualTo(1_200 - 1_064));
      assertThat(taken.stream().mapToLong(Counted::count).sum()).isEqualTo(1_200);
    }
    assertThat(placesLost()).isEqualTo(2 * (1_200 - 1_064));
  }

  @Test
  void whatIsGivenAsAnAddressAndLooksLikeANetworkIsNone() {
    for (String text : List.of("10.0.0.7/24", "10.0.0.0/8", "x/24", "/", "10.0.0.0/24/24")) {
      assertThat(new UsageCounter.Used(key.id.uuid(), "sk_x", text, tenant.id).network())
          .as(text)
          .isNull();
    }
  }

  private static List<String> addresses(List<Counted<UsageCounter.Used>> taken) {
    return taken.stream().map(use -> use.what().address()).toList();
  }

  private double placesLost() {
    return registry.counter("keyledger.counts.lost", "counts", "addresses").count();
  }

  @Test
  void anOrganizationHasATenthOfTheRoomForAddressesHoweverManyKeysItHas() {
    var rooms = new PlaceRooms(UsageCounter.MOST_PLACES);
    long entered =
        IntStream.range(0, 400)
            .mapToObj(i -> UuidCreator.getTimeOrderedEpoch())
            .flatMap(one ->
                IntStream.range(0, 100)
                    .mapToObj(i -> new UsageCounter.Used(one, "sk_x", "10.0.0." + i, tenant.id)))
            .filter(rooms::enter)
            .count();

    assertThat(entered).isEqualTo(20_000);
    var other = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    assertThat(
            rooms.enter(
                new UsageCounter.Used(UuidCreator.getTimeOrderedEpoch(), "sk_x", "::1", other)))
        .isTrue();
  }

  @Test
  void refusalsOfKnownKeysAreCountedByReason() {
    counter.denied(refused(key.secret, "sandbox"), "", NOW.toEpochMilli());
    counter.denied(refused(key.secret, "sandbox"), "", NOW.plusSeconds(1).toEpochMilli());
    counter.denied(refused("no secret at all", "live"), "198.51.100.7", NOW.toEpochMilli());
    assertThat(counter.takeDenials())
        .extracting(Counted::what, Counted::count, Counted::last)
        .containsExactly(
            tuple(
                new UsageCounter.Denied(
                    accepted().key().uuid(), "wrong_environment", "", tenant.id),
                2L,
                NOW.plusSeconds(1)));
  }

  @Test
  void refusalsAreToldApartByNetworkAndOfAKeyBySixteen() {
    Refused refused = refused(key.secret, "sandbox");
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < 1_000; i++) {
        counter.denied(refused, "10.0." + i / 10 + "." + i % 10, NOW.toEpochMilli());
      }
      counter.denied(refused, "10.0.0.77", NOW.toEpochMilli());
      counter.denied(refused, "no address", NOW.toEpochMilli());
      List<Counted<UsageCounter.Denied>> taken = counter.takeDenials();

      assertThat(taken).hasSize(16 + 1);
      assertThat(taken)
          .filteredOn(denial -> denial.what().network().equals("10.0.0.0/24"))
          .singleElement()
          .satisfies(denial -> assertThat(denial.count()).isEqualTo(11));
      assertThat(taken.stream().mapToLong(Counted::count).sum()).isEqualTo(1_002);
    }
    assertThat(registry.counter("keyledger.counts.lost", "counts", "denials").count()).isZero();
  }

  @Test
  void nothingCountedIsLostWhileItIsBeingTaken() throws Exception {
    Accepted accepted = accepted();
    var taken = new ArrayList<Counted<UsageCounter.Used>>();
    try (var pool = Executors.newFixedThreadPool(4)) {
      var futures =
          IntStream.range(0, 3)
              .mapToObj(i ->
                  pool.submit(() -> {
                    for (int n = 0; n < 100_000; n++) {
                      counter.used(accepted, "", NOW.toEpochMilli());
                    }
                  }))
              .toList();
      while (futures.stream().anyMatch(f -> !f.isDone())) {
        taken.addAll(counter.takeUses());
      }
      for (var future : futures) {
        future.get();
      }
    }
    taken.addAll(counter.takeUses());
    taken.addAll(counter.takeUses());
    assertThat(taken.stream().mapToLong(Counted::count).sum()).isEqualTo(300_000);
  }

  @Test
  void whatWasCountedIsPublishedAtTheEndAtTheLatest() {
    KafkaSettings kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
    TopicGuard.ensure(kafka);
    counter.used(accepted(), "", NOW.toEpochMilli());
    counter.denied(refused(key.secret, "sandbox"), "", NOW.toEpochMilli());
    var publisher =
        new UsagePublisher(
            counter,
            networks::addAll,
            new ToldNetworks(state(), people -> Map.of(), new SecureRandom()),
            TestServerKeys.SEALS.producer(kafka.producer()),
            "here",
            Clock.systemUTC());
    publisher.publishEvery(Duration.ofHours(1));
    publisher.close();

    assertThat(networks).hasSize(1);
    assertThat(read(kafka, Topics.USAGE, key.id.value(), Usage.class))
        .isEqualTo(new Usage(tenant.id, key.id, key.prefix(), 1, NOW, "here"));
    Activity denied = read(kafka, Topics.ACTIVITY, tenant.id.value(), Activity.class);
    assertThat(denied.kind()).isEqualTo(Activity.Kind.KEY_DENIED);
    assertThat(denied.key()).isEqualTo(key.id);
    assertThat(denied.code()).isEqualTo("wrong_environment");
    assertThat(denied.count()).isEqualTo(1);
    assertThat(denied.at()).isEqualTo(NOW);
  }

  /** The first record with this key. */
  private <T> T read(KafkaSettings kafka, String topic, String recordKey, Class<T> type) {
    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      consumer.assign(List.of(new TopicPartition(topic, Topics.partitionOf(tenant.id))));
      consumer.seekToBeginning(consumer.assignment());
      var found = new ArrayList<T>();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(100))
                .forEach(r -> {
                  if (r.key().equals(recordKey)) {
                    found.add(EventCodec.decode(r.value(), type));
                  }
                });
            return !found.isEmpty();
          });
      return found.getFirst();
    }
  }
}
