package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on {@code acks.v1} that this replica lives and what it has applied, from a thread of its own
 * so that a broker that doesn't answer holds up no reader. What was applied while a record was on
 * its way goes into the next one.
 */
final class Acknowledgements implements AutoCloseable {
  static final String NAME = "token-service";
  private static final String SOURCE = "/keyledger/token-service";
  private static final Logger log = LoggerFactory.getLogger(Acknowledgements.class);
  private static final int STREAMS_IN_ONE = 1_000;

  private final String instance;
  private final Producer<String, byte[]> producer;
  private final AccessFreshness freshness;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Duration interval;
  private final Thread sender;
  private final Map<String, Long> applied = new HashMap<>();
  private boolean leaving;

  /**
   * @param interval at which it says that it lives when there is nothing else to say
   */
  Acknowledgements(
      String instance,
      Producer<String, byte[]> producer,
      AccessFreshness freshness,
      Clock clock,
      LongSupplier nanoTime,
      Duration interval) {
    this.instance = instance;
    this.producer = producer;
    this.freshness = freshness;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.interval = interval;
    this.sender = Thread.ofPlatform().name("acknowledgements").daemon().unstarted(this::run);
  }

  /**
   * Returns when the broker keeps the record: only then may the topics' ends be asked for.
   *
   * @throws KafkaException when it does not
   */
  void register() {
    send(Ack.Kind.REGISTERED, List.of()).orTimeout(30, TimeUnit.SECONDS).join();
    sender.start();
  }

  /** What has come into force here; returns at once. */
  synchronized void applied(Map<String, Long> positions) {
    positions.forEach((stream, position) -> applied.merge(stream, position, Math::max));
    notifyAll();
  }

  private void run() {
    while (true) {
      List<Ack.Applied> news;
      synchronized (this) {
        long until = nanoTime.getAsLong() + interval.toNanos();
        long left = interval.toNanos();
        while (applied.isEmpty() && !leaving && left > 0) {
          try {
            TimeUnit.NANOSECONDS.timedWait(this, left);
          } catch (InterruptedException e) {
            return;
          }
          left = until - nanoTime.getAsLong();
        }
        if (leaving) {
          return;
        }
        news = take();
      }
      try {
        var unused = send(news.isEmpty() ? Ack.Kind.ALIVE : Ack.Kind.APPLIED, news);
      } catch (RuntimeException | Error e) {
        // An Error is no reason to fall silent: the replica would refuse everything for ever.
        giveBack(news);
        log.warn("An acknowledgement could not be sent: {}", e.getMessage());
      }
    }
  }

  private List<Ack.Applied> take() {
    var news = new ArrayList<Ack.Applied>();
    Iterator<Map.Entry<String, Long>> entries = applied.entrySet().iterator();
    while (entries.hasNext() && news.size() < STREAMS_IN_ONE) {
      Map.Entry<String, Long> entry = entries.next();
      news.add(new Ack.Applied(entry.getKey(), entry.getValue()));
      entries.remove();
    }
    return news;
  }

  private synchronized void giveBack(List<Ack.Applied> news) {
    for (Ack.Applied one : news) {
      applied.merge(one.stream(), one.position(), Math::max);
    }
  }

  private CompletableFuture<Void> send(Ack.Kind kind, List<Ack.Applied> news) {
    var at = clock.instant();
    var ack = new Ack(NAME, instance, kind, news, at);
    var headers =
        new CloudEventHeaders(
            UUID.randomUUID().toString(),
            CloudEventHeaders.TYPE_PREFIX + "ack." + kind.name().toLowerCase(Locale.ROOT),
            SOURCE,
            instance,
            at,
            null,
            null,
            null);
    var record =
        new ProducerRecord<>(Topics.ACKS, 0, instance, EventCodec.encode(ack), headers.toHeaders());
    var confirmed = new CompletableFuture<Void>();
    long sentAt = nanoTime.getAsLong();
    var unused =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                freshness.confirmed(sentAt);
                confirmed.complete(null);
              } else {
                giveBack(news);
                log.warn("An acknowledgement was not confirmed: {}", failure.getMessage());
                confirmed.completeExceptionally(failure);
              }
            });
    return confirmed;
  }

  /** Receipts shall not wait for this replica any more. It must not serve after this. */
  @Override
  public void close() {
    synchronized (this) {
      leaving = true;
      notifyAll();
    }
    try {
      sender.join(Duration.ofSeconds(2));
      send(Ack.Kind.LEFT, List.of()).orTimeout(2, TimeUnit.SECONDS).join();
    } catch (RuntimeException e) {
      log.warn("Nobody could be told that this replica left: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(1));
  }
}
