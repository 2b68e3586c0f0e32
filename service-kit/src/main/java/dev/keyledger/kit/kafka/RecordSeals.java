package dev.keyledger.kit.kafka;

import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Supplier;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.jspecify.annotations.Nullable;

/**
 * Records are believed by their seal and not by the network that they came over. A seal is
 * HMAC-SHA-256 of topic, partition, key, all headers and value, under a server key of the topic's
 * purpose, and names that key. A record at another place, or with another byte, has none.
 *
 * <p>A seal says who wrote a record, not when: one that is sent once more is as good as it was. It
 * is told by its position, which every reader of a topic keeps.
 */
public final class RecordSeals {
  /** {@code <id of the server key>.<HMAC, base64url without padding>}. */
  public static final String HEADER = "keyledger-seal";

  private static final String ALGORITHM = "HmacSHA256";
  private static final Set<Purpose> SEALING =
      EnumSet.of(Purpose.RECORDS, Purpose.ACCESS_RECORDS, Purpose.FOLLOWER_RECORDS);

  private record KeyName(Purpose purpose, String id) {}

  /** What a thread needs for each record: made once, since a rebuild checks millions. */
  private static final class Bench {
    private final RecordParts parts = new RecordParts();
    private final Map<KeyName, Mac> macs = new HashMap<>();
    private @Nullable Table table;

    @Nullable Mac macOf(Table current, KeyName name) {
      if (table != current) {
        macs.clear();
        table = current;
      }
      return macs.computeIfAbsent(name, known -> copyOf(current.macs().get(known)));
    }

    private static @Nullable Mac copyOf(@Nullable Mac template) {
      try {
        return template == null ? null : (Mac) template.clone();
      } catch (CloneNotSupportedException e) {
        throw new IllegalStateException("the JDK's HMAC can be cloned", e);
      }
    }
  }

  /** The keys as they were read, ready for use. */
  private record Table(ServerKeys keys, Map<KeyName, Mac> macs) {
    static Table of(ServerKeys keys) {
      var macs = new HashMap<KeyName, Mac>();
      for (ServerKey key : keys.keys()) {
        if (SEALING.contains(key.purpose())) {
          macs.put(new KeyName(key.purpose(), key.id()), macOf(key));
        }
      }
      return new Table(keys, macs);
    }
  }

  private final Supplier<ServerKeys> serverKeys;
  private final Map<String, LongAdder> refused = new ConcurrentHashMap<>();
  private final ThreadLocal<Bench> benches = ThreadLocal.withInitial(Bench::new);
  private volatile Table table;

  /**
   * @param serverKeys asked for each record, so that one key succeeds another without a restart
   */
  public RecordSeals(Supplier<ServerKeys> serverKeys) {
    this.serverKeys = serverKeys;
    this.table = Table.of(serverKeys.get());
  }

  /**
   * Under which purpose's key a record is sealed. On {@code acks.v1} delivery-service writes too,
   * which is believed of nothing but its followers: its records' keys say so.
   */
  static Purpose purposeOf(String topic, byte @Nullable [] key) {
    return switch (topic) {
      case Topics.ACKS ->
          key != null && new String(key, StandardCharsets.UTF_8).startsWith(Ack.OF_DELIVERY)
              ? Purpose.FOLLOWER_RECORDS
              : Purpose.ACCESS_RECORDS;
      case Topics.ACCESS, Topics.RELAY -> Purpose.ACCESS_RECORDS;
      default -> Purpose.RECORDS;
    };
  }

  /**
   * A producer that seals whatever it sends; there is no other way to send.
   *
   * @param config as {@link KafkaSettings#producer()} begins it
   */
  public Producer<String, byte[]> producer(Map<String, Object> config) {
    return new SealingProducer(config);
  }

  /**
   * The value of a record that one of the platform's writers wrote to this place.
   *
   * @param record with its key as text or bytes
   * @throws UnsealedException for any other, which is counted
   */
  public byte[] valueOf(ConsumerRecord<?, byte[]> record) {
    try {
      return sealedValueOf(record);
    } catch (UnsealedException e) {
      refused.computeIfAbsent(record.topic(), topic -> new LongAdder()).increment();
      throw e;
    }
  }

  /** How many records of a topic were refused since the start: an alarm above 0. */
  public long refusedOf(String topic) {
    LongAdder count = refused.get(topic);
    return count == null ? 0 : count.sum();
  }

  private byte[] sealedValueOf(ConsumerRecord<?, byte[]> record) {
    byte[] value = record.value();
    if (value == null) {
      throw new UnsealedException("no value");
    }
    Header seal = record.headers().lastHeader(HEADER);
    if (seal == null || seal.value() == null) {
      throw new UnsealedException("no seal");
    }
    String text = new String(seal.value(), StandardCharsets.US_ASCII);
    int dot = text.indexOf('.');
    if (dot < 1) {
      throw new UnsealedException("no seal that can be read");
    }
    Bench bench = benches.get();
    byte[] recordKey = bytesOf(record.key());
    Purpose purpose = purposeOf(record.topic(), recordKey);
    Mac mac = bench.macOf(table(), new KeyName(purpose, text.substring(0, dot)));
    if (mac == null) {
      throw new UnsealedException("sealed under a server key that isn't known");
    }
    byte[] due =
        sealed(
            bench.parts,
            mac,
            record.topic(),
            record.partition(),
            recordKey,
            record.headers(),
            value);
    byte[] told = Arrays.copyOfRange(seal.value(), dot + 1, seal.value().length);
    if (!MessageDigest.isEqual(encoded(due), told)) {
      throw new UnsealedException("the seal is of another record");
    }
    return value;
  }

  /**
   * Gives a record its seal, as {@link #producer} does.
   *
   * @param record names its partition
   */
  public void seal(ProducerRecord<String, byte[]> record) {
    Integer partition = record.partition();
    if (partition == null) {
      throw new IllegalArgumentException("a record is sealed for a partition, and names none");
    }
    Table current = table();
    byte[] recordKey = bytesOf(record.key());
    ServerKey key = current.keys().current(purposeOf(record.topic(), recordKey));
    Bench bench = benches.get();
    Mac mac = bench.macOf(current, new KeyName(key.purpose(), key.id()));
    if (mac == null) {
      throw new IllegalStateException(key + " seals nothing");
    }
    record.headers().remove(HEADER);
    byte[] code =
        sealed(
            bench.parts,
            mac,
            record.topic(),
            partition,
            recordKey,
            record.headers(),
            record.value());
    record
        .headers()
        .add(
            new RecordHeader(
                HEADER,
                (key.id() + "." + new String(encoded(code), StandardCharsets.US_ASCII))
                    .getBytes(StandardCharsets.US_ASCII)));
  }

  private static byte[] sealed(
      RecordParts parts,
      Mac mac,
      String topic,
      int partition,
      byte @Nullable [] key,
      Headers headers,
      byte @Nullable [] value) {
    // What broke off before its end would be a part of the next.
    mac.reset();
    parts
        .begin()
        .text(topic)
        .number(partition)
        .bytes(key)
        .bytes(value)
        .headers(headers, HEADER)
        .into(mac::update);
    return mac.doFinal();
  }

  private Table table() {
    Table known = table;
    ServerKeys now = serverKeys.get();
    if (known.keys() != now) {
      known = Table.of(now);
      table = known;
    }
    return known;
  }

  private static byte[] encoded(byte[] code) {
    return Base64.getUrlEncoder().withoutPadding().encode(code);
  }

  private static byte @Nullable [] bytesOf(@Nullable Object key) {
    return key instanceof String text ? text.getBytes(StandardCharsets.UTF_8) : (byte[]) key;
  }

  private static Mac macOf(ServerKey key) {
    try {
      Mac mac = Mac.getInstance(ALGORITHM);
      mac.init(new SecretKeySpec(key.revealMaterial(), ALGORITHM));
      return mac;
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("HMAC-SHA-256 is part of every JDK", e);
    }
  }

  /** Its other way to send, without a callback, goes by this one. */
  private final class SealingProducer extends KafkaProducer<String, byte[]> {
    SealingProducer(Map<String, Object> config) {
      super(config);
    }

    @Override
    public Future<RecordMetadata> send(
        ProducerRecord<String, byte[]> record, @Nullable Callback callback) {
      seal(record);
      return super.send(record, callback);
    }
  }
}
