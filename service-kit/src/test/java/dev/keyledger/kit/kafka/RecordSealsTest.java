package dev.keyledger.kit.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class RecordSealsTest {
  private static final byte[] VALUE = bytes("{\"role\":\"viewer\"}");

  private final AtomicReference<ServerKeys> keys = new AtomicReference<>(keys("a", "one"));
  private final RecordSeals seals = new RecordSeals(keys::get);

  /** What a reader is handed: a place, a key, headers and a value. */
  private record Received(
      String topic, int partition, String key, List<Header> headers, byte[] value) {
    ConsumerRecord<String, byte[]> record() {
      var record = new ConsumerRecord<>(topic, partition, 7, key, value);
      headers.forEach(record.headers()::add);
      return record;
    }

    Received with(int i, String header, byte[] value) {
      var changed = new ArrayList<>(headers);
      changed.set(i, new RecordHeader(header, value));
      return new Received(topic, partition, key, changed, this.value);
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static ServerKeys keys(String id, String material) {
    return TestSeals.keys(id, material).self();
  }

  private static Received genuine(RecordSeals seals, String topic) {
    var sent = new ProducerRecord<>(topic, 3, "mem_1", VALUE);
    sent.headers().add("ce_organization", bytes("org_1"));
    sent.headers().add("ce_position", bytes("12"));
    seals.seal(sent);
    return new Received(topic, 3, "mem_1", List.of(sent.headers().toArray()), VALUE);
  }

  @Test
  void aRecordIsBelievedWhereItWasWrittenAsItWasWritten() {
    for (Topics.Spec topic : Topics.ALL) {
      assertThat(seals.valueOf(genuine(seals, topic.name()).record())).isEqualTo(VALUE);
      assertThat(seals.refusedOf(topic.name())).isZero();
    }
  }

  @Test
  void itsKeyMayBeReadAsBytes() {
    Received genuine = genuine(seals, Topics.EVENTS);
    var asBytes =
        new ConsumerRecord<>(genuine.topic(), 3, 7, bytes(genuine.key()), genuine.value());
    genuine.headers().forEach(asBytes.headers()::add);

    assertThat(seals.valueOf(asBytes)).isEqualTo(VALUE);
  }

  static Stream<Received> others() {
    Received it = genuine(TestSeals.SEALS, Topics.ACCESS);
    byte[] value = VALUE.clone();
    value[3] ^= 1;
    var more = new ArrayList<>(it.headers());
    more.addFirst(new RecordHeader("ce_type", bytes("other")));
    byte[] seal = it.headers().get(2).value().clone();
    seal[10] ^= 1;
    return Stream.of(
        new Received(Topics.RELAY, 3, it.key(), it.headers(), VALUE),
        new Received(Topics.EVENTS, 3, it.key(), it.headers(), VALUE),
        new Received(it.topic(), 4, it.key(), it.headers(), VALUE),
        new Received(it.topic(), 3, "mem_2", it.headers(), VALUE),
        new Received(it.topic(), 3, null, it.headers(), VALUE),
        new Received(it.topic(), 3, it.key(), it.headers(), value),
        new Received(it.topic(), 3, it.key(), it.headers(), new byte[0]),
        new Received(it.topic(), 3, it.key(), it.headers(), null),
        new Received(it.topic(), 3, it.key(), more, VALUE),
        new Received(it.topic(), 3, it.key(), it.headers().subList(1, 3), VALUE),
        new Received(it.topic(), 3, it.key(), it.headers().subList(0, 2), VALUE),
        new Received(it.topic(), 3, it.key(), List.of(), VALUE),
        it.with(0, "ce_organization", bytes("org_2")),
        it.with(0, "ce_organizatio", bytes("norg_1")),
        it.with(1, "ce_position", bytes("13")),
        it.with(2, RecordSeals.HEADER, seal),
        it.with(2, RecordSeals.HEADER, bytes("a.")),
        it.with(2, RecordSeals.HEADER, bytes("a")),
        it.with(2, RecordSeals.HEADER, bytes(".")),
        it.with(2, RecordSeals.HEADER, null),
        it.with(
            2,
            RecordSeals.HEADER,
            bytes("b" + new String(seal, 1, seal.length - 1, StandardCharsets.US_ASCII))));
  }

  @ParameterizedTest
  @MethodSource("others")
  void anythingElseIsRefusedAndCounted(Received other) {
    var reader = new RecordSeals(TestSeals.keys("a", "of all tests of this module")::self);
    assertThat(reader.valueOf(genuine(TestSeals.SEALS, Topics.ACCESS).record())).isEqualTo(VALUE);

    assertThatThrownBy(() -> reader.valueOf(other.record()))
        .isInstanceOf(UnsealedException.class)
        .hasMessageNotContaining("viewer");

    assertThat(reader.refusedOf(other.topic())).isEqualTo(1);
  }

  @Test
  void aKeySucceedsAnotherWithoutARestartAndTheOldOneIsBelievedUntilItGoes() {
    Received old = genuine(seals, Topics.ACCESS);
    List<ServerKey> both = new ArrayList<>(keys("b", "two").keys());
    keys.get().keys().stream()
        .map(key -> new ServerKey(key.purpose(), key.id(), State.RETIRED, key.material()))
        .forEach(both::add);
    keys.set(new ServerKeys(false, both));
    Received recent = genuine(seals, Topics.ACCESS);

    assertThat(seals.valueOf(old.record())).isEqualTo(VALUE);
    assertThat(seals.valueOf(recent.record())).isEqualTo(VALUE);
    assertThat(recent.headers()).isNotEqualTo(old.headers());

    keys.set(keys("b", "two"));
    assertThatThrownBy(() -> seals.valueOf(old.record())).isInstanceOf(UnsealedException.class);
    assertThat(seals.valueOf(recent.record())).isEqualTo(VALUE);
  }

  @Test
  void whoHoldsTheKeyOfFactsAloneSealsNothingThatGivesAccess() {
    List<ServerKey> ofFacts =
        keys.get().keys().stream()
            .filter(key -> key.purpose() == ServerKeys.Purpose.RECORDS)
            .toList();
    var reader = new RecordSeals(new AtomicReference<>(new ServerKeys(false, ofFacts))::get);

    assertThat(reader.valueOf(genuine(seals, Topics.EVENTS).record())).isEqualTo(VALUE);
    for (String topic : Arrays.asList(Topics.ACCESS, Topics.RELAY, Topics.ACKS)) {
      assertThatThrownBy(() -> genuine(reader, topic)).hasMessageContaining("ACCESS_RECORDS");
      assertThatThrownBy(() -> reader.valueOf(genuine(seals, topic).record()))
          .isInstanceOf(UnsealedException.class);
    }
  }

  /** Its key says whose word it is: delivery-service's, who can accept no credential by it. */
  @Test
  void whoHoldsTheKeyOfFollowersAloneSealsNothingButTheirAcknowledgements() {
    List<ServerKey> ofFollowers =
        keys("a", "of followers").keys().stream()
            .filter(key -> key.purpose() == ServerKeys.Purpose.FOLLOWER_RECORDS)
            .toList();
    List<ServerKey> others =
        keys.get().keys().stream()
            .filter(key -> key.purpose() != ServerKeys.Purpose.FOLLOWER_RECORDS)
            .toList();
    var delivery = new RecordSeals(new AtomicReference<>(new ServerKeys(false, ofFollowers))::get);
    var reader =
        new RecordSeals(
            new AtomicReference<>(
                    new ServerKeys(
                        false, Stream.concat(ofFollowers.stream(), others.stream()).toList()))
                ::get);

    var own = new ProducerRecord<>(Topics.ACKS, 0, "delivery:1", VALUE);
    delivery.seal(own);
    var received = new ConsumerRecord<>(Topics.ACKS, 0, 7, "delivery:1", VALUE);
    own.headers().forEach(received.headers()::add);
    assertThat(reader.valueOf(received)).isEqualTo(VALUE);

    var verifiers = new ConsumerRecord<>(Topics.ACKS, 0, 7, "replica", VALUE);
    own.headers().forEach(verifiers.headers()::add);
    assertThatThrownBy(() -> reader.valueOf(verifiers)).isInstanceOf(UnsealedException.class);
    for (String topic : List.of(Topics.ACKS, Topics.ACCESS, Topics.RELAY)) {
      assertThatThrownBy(() -> genuine(delivery, topic)).hasMessageContaining("ACCESS_RECORDS");
    }
  }

  @Test
  void whatNamesNoPartitionIsNotSealed() {
    assertThatThrownBy(() -> seals.seal(new ProducerRecord<>(Topics.EVENTS, "mem_1", VALUE)))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
