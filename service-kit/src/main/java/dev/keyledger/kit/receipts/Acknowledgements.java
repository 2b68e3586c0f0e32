package dev.keyledger.kit.receipts;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.kit.kafka.CloudEventHeaders;
import dev.keyledger.kit.kafka.KafkaSettings;
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
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says on {@code acks.v1} that this replica lives and what it has applied, from a thread of its own
 * so that a broker that doesn't answer holds up no reader. What was applied while a record was on
 * its way goes into the next one.
 */
public final class Acknowledgements implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Acknowledgements.class);
  private static final int STREAMS_IN_ONE = 1_000;

  /** Followers, and what each of them has applied: some 70 bytes each, of a megabyte at most. */
  private static final int SAID_IN_ONE = 1_000;

  /** Within which what followers acknowledge is said: one record for all of them. */
  private static final long SOON = Duration.ofMillis(50).toNanos();

  private final String name;
  private final String instance;
  private final Producer<String, byte[]> producer;
  private final LongConsumer confirmed;
  private final Followers followers;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Duration interval;
  private final Thread sender;
  private final Map<String, Long> applied = new HashMap<>();
  private boolean leaving;
  private boolean soon;
  private long soonAt;
  private boolean failed;

  /** Who follows this replica, and is spoken for by it. */
  public interface Followers {
    /** Of who enforces by itself. */
    Followers NONE =
        new Followers() {
          @Override
          public List<Ack.Follower> told(List<Ack.Applied> news) {
            return List.of();
          }

          @Override
          public void giveBack(List<Ack.Follower> untold) {}

          @Override
          public List<Ack.Follower> all() {
            return List.of();
          }

          @Override
          public Promise promise() {
            return new Promise(null, () -> {});
          }
        };

    /** Whom news concern, and who has acknowledged something since this was asked last. */
    List<Ack.Follower> told(List<Ack.Applied> news);

    /** What couldn't be said of them is to be told once more. */
    void giveBack(List<Ack.Follower> untold);

    /** Everybody who follows now. */
    List<Ack.Follower> all();

    /** For how long they rely on what they are told, by a record that is sent at once. */
    Promise promise();
  }

  /**
   * That no follower relies on anything for longer.
   *
   * @param longestBoundMs as in {@link Ack#longestBoundMs}
   * @param kept is run once the broker has taken the record that says so
   */
  public record Promise(@Nullable Long longestBoundMs, Runnable kept) {}

  /**
   * @param name as in {@link Ack#name}
   * @param confirmed is told when a record was sent that the broker has taken, by the monotonic
   *     clock
   * @param interval at which it says that it lives when there is nothing else to say
   */
  public Acknowledgements(
      String name,
      String instance,
      Producer<String, byte[]> producer,
      LongConsumer confirmed,
      Followers followers,
      Clock clock,
      LongSupplier nanoTime,
      Duration interval) {
    this.name = name;
    this.instance = instance;
    this.producer = producer;
    this.confirmed = confirmed;
    this.followers = followers;
    this.clock = clock;
    this.nanoTime = nanoTime;
    this.interval = interval;
    this.sender = Thread.ofPlatform().name("acknowledgements").daemon().unstarted(this::run);
  }

  /** Of a producer of these. One that comes late is worth nothing: the next says that it lives. */
  public static Map<String, Object> producer(KafkaSettings kafka) {
    Map<String, Object> config = kafka.producer();
    config.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, 1_000);
    config.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, 3_000);
    config.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, 2_000);
    config.put(ProducerConfig.RECONNECT_BACKOFF_MAX_MS_CONFIG, 500);
    return config;
  }

  /**
   * Returns when the broker keeps the record: only then may the topics' ends be asked for.
   *
   * @throws KafkaException when it does not
   */
  public void register() {
    send(Ack.Kind.REGISTERED, List.of(), List.of()).orTimeout(30, TimeUnit.SECONDS).join();
    sender.start();
  }

  /** Begins to say so, also where no broker answers yet: nothing counts before one has. */
  public void start() {
    sender.start();
  }

  /** What has come into force here; returns at once. */
  public synchronized void applied(Map<String, Long> positions) {
    positions.forEach((stream, position) -> applied.merge(stream, position, Math::max));
    notifyAll();
  }

  /** Followers have acknowledged something, which is said together with what others do. */
  public void soon() {
    sayWithin(SOON);
  }

  /** There is something to promise. */
  public void atOnce() {
    sayWithin(0);
  }

  private synchronized void sayWithin(long nanos) {
    long at = nanoTime.getAsLong() + nanos;
    if (!soon || at - soonAt < 0) {
      soon = true;
      soonAt = at;
      notifyAll();
    }
  }

  private void run() {
    while (true) {
      List<Ack.Applied> news;
      synchronized (this) {
        try {
          if (!awaitNews()) {
            return;
          }
        } catch (InterruptedException e) {
          return;
        }
        soon = false;
        news = take();
      }
      say(news);
    }
  }

  /** Whether there is anything to say: at the latest that this replica lives. */
  private boolean awaitNews() throws InterruptedException {
    long until = nanoTime.getAsLong() + interval.toNanos();
    // What couldn't be said isn't said again at once: there would be no end to it.
    boolean pausing = failed;
    failed = false;
    while ((pausing || applied.isEmpty()) && !leaving) {
      long now = nanoTime.getAsLong();
      long left = soon && !pausing ? Math.min(until - now, soonAt - now) : until - now;
      if (left <= 0) {
        return true;
      }
      TimeUnit.NANOSECONDS.timedWait(this, left);
    }
    return !leaving;
  }

  private void say(List<Ack.Applied> news) {
    List<List<Ack.Follower>> parts = parts(followers.told(news));
    int said = 0;
    try {
      // Nobody counts it as applied here before all were named whom it concerns.
      for (List<Ack.Follower> some : parts.subList(0, parts.size() - 1)) {
        send(Ack.Kind.APPLIED, List.of(), some).join();
        said++;
      }
      List<Ack.Follower> last = parts.getLast();
      boolean alive = news.isEmpty() && last.isEmpty();
      var unused = send(alive ? Ack.Kind.ALIVE : Ack.Kind.APPLIED, news, last);
    } catch (RuntimeException | Error e) {
      // An Error is no reason to fall silent: the replica would refuse everything for ever.
      giveBack(news);
      // What a record that has failed had said of them it has given back itself.
      int notSaid = e instanceof CompletionException ? said + 1 : said;
      parts.subList(notSaid, parts.size()).forEach(followers::giveBack);
      log.warn("An acknowledgement could not be sent: {}", e.getMessage());
    }
  }

  /** At least one; none of them is more than a record holds. */
  private static List<List<Ack.Follower>> parts(List<Ack.Follower> about) {
    var parts = new ArrayList<List<Ack.Follower>>();
    var part = new ArrayList<Ack.Follower>();
    int weight = 0;
    for (Ack.Follower follower : about) {
      List<Ack.Applied> all = follower.applied();
      int taken = 0;
      do {
        if (weight >= SAID_IN_ONE) {
          parts.add(List.copyOf(part));
          part.clear();
          weight = 0;
        }
        int end = Math.min(all.size(), taken + SAID_IN_ONE - weight);
        part.add(follower.with(all.subList(taken, end)));
        weight += 1 + end - taken;
        taken = end;
      } while (taken < all.size());
    }
    parts.add(List.copyOf(part));
    return parts;
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
    failed = true;
    for (Ack.Applied one : news) {
      applied.merge(one.stream(), one.position(), Math::max);
    }
  }

  /** As a record of {@code acks.v1}, for a producer that seals it. */
  public static ProducerRecord<String, byte[]> recordOf(Ack ack) {
    var headers =
        new CloudEventHeaders(
            UUID.randomUUID().toString(),
            CloudEventHeaders.TYPE_PREFIX + "ack." + ack.kind().name().toLowerCase(Locale.ROOT),
            "/keyledger/" + ack.name(),
            ack.instance(),
            ack.at(),
            null,
            null,
            null);
    return new ProducerRecord<>(
        Topics.ACKS, 0, ack.instance(), EventCodec.encode(ack), headers.toHeaders());
  }

  private CompletableFuture<Void> send(
      Ack.Kind kind, List<Ack.Applied> news, List<Ack.Follower> about) {
    var at = clock.instant();
    Promise promise = followers.promise();
    var ack = new Ack(name, instance, kind, news, about, promise.longestBoundMs(), at);
    var record = recordOf(ack);
    var kept = new CompletableFuture<Void>();
    long sentAt = nanoTime.getAsLong();
    var unused =
        producer.send(
            record,
            (metadata, failure) -> {
              if (failure == null) {
                confirmed.accept(sentAt);
                promise.kept().run();
                kept.complete(null);
              } else {
                giveBack(news);
                followers.giveBack(about);
                log.warn("An acknowledgement was not confirmed: {}", failure.getMessage());
                kept.completeExceptionally(failure);
              }
            });
    return kept;
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
      leave();
    } catch (RuntimeException e) {
      log.warn("Nobody could be told that this replica left: {}", e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    producer.close(Duration.ofSeconds(1));
  }

  private void leave() {
    List<List<Ack.Follower>> parts = parts(followers.all());
    for (List<Ack.Follower> some : parts.subList(0, parts.size() - 1)) {
      send(Ack.Kind.APPLIED, List.of(), some).orTimeout(2, TimeUnit.SECONDS).join();
    }
    send(Ack.Kind.LEFT, List.of(), parts.getLast()).orTimeout(2, TimeUnit.SECONDS).join();
  }
}
