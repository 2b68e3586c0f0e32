package dev.keyledger.delivery.followers;

import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedCursor;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.EndsOfTopics;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.receipts.Acknowledgements;
import dev.keyledger.kit.revocations.RevocationSink;
import java.time.Clock;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.jspecify.annotations.Nullable;

/**
 * Followers that say who they are, so that receipts can name them. Of each position that was
 * applied here {@code acks.v1} is told whom it concerns, and later who has acknowledged it: by the
 * question for the page behind it. What a follower may rely on is told it only while receipts wait
 * for what this replica says.
 */
public final class NamedFollowers implements RevocationSink, AutoCloseable {
  public static final String NAME = "delivery-service";
  private static final Duration PROMISED_WITHIN = Duration.ofSeconds(1);

  private final AppliedPositions positions;
  private final FollowerLeases leases;
  private final Heard heard;
  private final Acknowledgements acknowledgements;

  /** Of the reader's thread alone. */
  private final Map<String, Long> applied = new HashMap<>();

  /**
   * @param producer of {@code acks.v1}, which it closes
   * @param epoch of the feed, whose places mean something else whenever it changes
   * @param maxStaleness for which receipts wait for what this replica says, after it said something
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public NamedFollowers(
      Producer<String, byte[]> producer,
      Supplier<String> epoch,
      Duration maxStaleness,
      Clock clock,
      LongSupplier nanoTime) {
    this.positions = new AppliedPositions(epoch, nanoTime);
    this.leases = new FollowerLeases(positions, nanoTime);
    this.heard = new Heard(maxStaleness, nanoTime);
    this.acknowledgements =
        new Acknowledgements(
            NAME,
            Ack.OF_DELIVERY + UUID.randomUUID(),
            producer,
            heard::confirmed,
            leases,
            clock,
            nanoTime,
            EndsOfTopics.intervalFor(maxStaleness));
  }

  public void start() {
    acknowledgements.start();
  }

  /**
   * One asks for a page, and has applied all before a place. To be called before the page is read.
   *
   * @param bound for how long it relies on what it is told
   * @param after {@code null} for nothing
   * @return {@code false} where there are too many of its organisation
   */
  public boolean asks(FollowerName name, Duration bound, @Nullable FeedCursor after)
      throws InterruptedException {
    if (!leases.renew(name, bound)) {
      return false;
    }
    if (after != null && leases.acknowledges(name, after)) {
      acknowledgements.soon();
    }
    if (!leases.isPromised(bound)) {
      acknowledgements.atOnce();
      boolean unused = leases.awaitPromise(bound, PROMISED_WITHIN);
    }
    return true;
  }

  /**
   * What it may rely on of what was read for it. Of what isn't fresh nothing, however patient it
   * is: receipts take it that nobody is told after the bound what a replica knew before.
   */
  public Feed.Reading asToldTo(Duration bound, Feed.Reading reading) {
    Duration age = reading.age();
    boolean counts =
        age != null
            && reading.fresh()
            && leases.isPromised(bound)
            && heard.countsWhatIsKnownAt(reading.readAt() - age.toNanos());
    return counts ? reading : new Feed.Reading(reading.page(), null, false, reading.readAt());
  }

  /** It has a stream open until this is closed. */
  public Streaming streams(FollowerName name) {
    leases.streams(name);
    return () -> leases.streamsNoMore(name);
  }

  /** A stream that is open. */
  @FunctionalInterface
  public interface Streaming extends AutoCloseable {
    @Override
    void close();
  }

  /** To be called now and then. */
  public void forgetTheLongGone() {
    leases.forgetTheLongGone();
  }

  @Override
  public void reads(Uuid topic) {
    positions.clear();
  }

  @Override
  public void setBack() {
    positions.clear();
  }

  @Override
  public void apply(int partition, long offset, Revocation revocation) {
    positions.note(partition, offset, revocation);
    applied.merge(revocation.stream(), revocation.position(), Math::max);
  }

  /** Nobody can say that it was applied. */
  @Override
  public void unreadable(RecordPlace place, @Nullable String stream) {}

  @Override
  public void acknowledged(RecordPlace place) {}

  @Override
  public void reached(Map<TopicPartition, Long> reached) {
    if (!applied.isEmpty()) {
      acknowledgements.applied(Map.copyOf(applied));
      applied.clear();
    }
  }

  @Override
  public void close() {
    acknowledgements.close();
  }
}
