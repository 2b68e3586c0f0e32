package dev.keyledger.testing;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.keys.SecurityEventKey;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Algorithm;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.Base64;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/** Server keys of a test's own, which it may let succeed one another. */
public final class TestServerKeys implements Supplier<ServerKeys> {
  private static final String OF_RECORDS =
      Base64.getUrlEncoder()
          .withoutPadding()
          .encodeToString("what all tests seal records under".getBytes(StandardCharsets.US_ASCII));

  private static final List<String> RSA = List.of(rsa(), rsa());

  private static String rsa() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(SecurityEventKey.make(new SecureRandom()));
  }

  private static final Set<Purpose> SEALING =
      EnumSet.of(Purpose.RECORDS, Purpose.ACCESS_RECORDS, Purpose.FOLLOWER_RECORDS);

  /** Seals that a service with keys of this kind believes, whichever test made them. */
  public static final RecordSeals SEALS = new RecordSeals(new TestServerKeys());

  private final SecureRandom random = new SecureRandom();
  private volatile ServerKeys keys;
  private int successions;

  /** One current key of each purpose. */
  public TestServerKeys() {
    var all = new ArrayList<ServerKey>();
    for (Purpose purpose : Purpose.values()) {
      boolean ofRecords = SEALING.contains(purpose);
      String material = ofRecords ? OF_RECORDS : material(purpose);
      all.add(new ServerKey(purpose, "a", State.CURRENT, material));
    }
    this.keys = new ServerKeys(false, all);
  }

  @Override
  public ServerKeys get() {
    return keys;
  }

  /** As a service is given them in {@code keyledger.server-keys.json}. */
  public String json() {
    return new String(EventCodec.encode(keys), StandardCharsets.UTF_8);
  }

  /** Another key becomes current; the one before only opens what is old. */
  public void succeed(Purpose purpose) {
    succeed(purpose, null);
  }

  /** A signing key that signs in this way becomes current. */
  public void succeedSigning(Algorithm algorithm) {
    succeed(Purpose.SIGNING, algorithm);
  }

  private void succeed(Purpose purpose, @Nullable Algorithm algorithm) {
    var all = new ArrayList<ServerKey>();
    for (ServerKey key : keys.keys()) {
      all.add(
          key.purpose() == purpose
              ? new ServerKey(purpose, key.id(), State.RETIRED, key.material(), key.algorithm())
              : key);
    }
    all.add(
        new ServerKey(
            purpose,
            String.valueOf((char) ('b' + successions++)),
            State.CURRENT,
            material(purpose),
            algorithm));
    keys = new ServerKeys(false, all);
  }

  public void dropRetired(Purpose purpose) {
    List<ServerKey> left =
        keys.keys().stream()
            .filter(k -> k.purpose() != purpose || k.state() == State.CURRENT)
            .toList();
    keys = new ServerKeys(false, left);
  }

  /** A record as a reader of that place is handed it, with its seal. */
  public static ConsumerRecord<String, byte[]> sealed(
      String topic, int partition, long offset, String key, byte[] value) {
    var sent = new ProducerRecord<>(topic, partition, key, value);
    SEALS.seal(sent);
    var received = new ConsumerRecord<>(topic, partition, offset, key, value);
    sent.headers().forEach(received.headers()::add);
    return received;
  }

  private String material(Purpose purpose) {
    if (purpose == Purpose.SECURITY_EVENTS) {
      // Such keys take long to make: tests share two.
      return RSA.get(successions % 2);
    }
    var bytes = new byte[32];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }
}
