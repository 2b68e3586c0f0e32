package dev.keyledger.kit.revocations;

import dev.keyledger.client.revocations.RevocationView;
import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.client.revocations.TokenTraits;
import dev.keyledger.client.revocations.Verdict;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.kit.kafka.AcknowledgedRecords;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.kafka.RecordSeals;
import java.time.Clock;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/** What is known of revocations by {@code keyledger.revocations.v1}, for who verifies tokens. */
public final class KafkaRevocations implements Revocations, AutoCloseable {
  private final RevocationView view;
  private final RevocationsReader reader;

  /**
   * @param longestToken the longest life of an access token
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  public KafkaRevocations(
      KafkaSettings kafka,
      Duration longestToken,
      Duration maximumStaleness,
      Clock clock,
      LongSupplier nanoTime) {
    this(
        kafka,
        null,
        longestToken,
        maximumStaleness,
        clock,
        nanoTime,
        AcknowledgedRecords.NONE,
        null,
        null);
  }

  /**
   * As {@link RevocationsReader}.
   *
   * @param beside gets all that is read too, before this says that it is fresh
   */
  public KafkaRevocations(
      KafkaSettings kafka,
      @Nullable RecordSeals seals,
      Duration longestToken,
      Duration maximumStaleness,
      Clock clock,
      LongSupplier nanoTime,
      AcknowledgedRecords acknowledged,
      @Nullable WholeTopic whole,
      @Nullable RevocationSink beside) {
    this.view = new RevocationView(longestToken.plus(RevocationsReader.CLOCK_MARGIN), nanoTime);
    this.reader =
        new RevocationsReader(
            kafka,
            seals,
            longestToken,
            maximumStaleness,
            clock,
            nanoTime,
            acknowledged,
            whole,
            beside == null ? new IntoView(view) : new IntoView(view).and(beside));
  }

  public void start() {
    reader.start();
  }

  /** Records that can't be read and that no operator has acknowledged: an alarm above 0. */
  public int unreadableRecords() {
    return reader.unreadableRecords();
  }

  /** Whether token-service has said that the topic is whole, and all of that has been applied. */
  public boolean isVouchedFor() {
    return reader.isVouchedFor();
  }

  /** As {@link RevocationsReader#ageNanos}. */
  public long ageNanos() {
    return reader.ageNanos();
  }

  @Override
  public boolean isFresh() {
    return reader.isFresh();
  }

  @Override
  public boolean isReady() {
    return reader.isReady();
  }

  @Override
  public Verdict judge(TokenTraits token) {
    return view.judge(token);
  }

  @Override
  public void close() {
    reader.close();
  }

  private record IntoView(RevocationView view) implements RevocationSink {
    @Override
    public void apply(int partition, long offset, Revocation revocation) {
      view.apply(revocation);
    }

    @Override
    public void unreadable(RecordPlace place, @Nullable String stream) {
      view.applyUnreadable(nameOf(place), stream);
    }

    @Override
    public void acknowledged(RecordPlace place) {
      view.acknowledge(nameOf(place));
    }

    private static String nameOf(RecordPlace place) {
      return place.topicId() + " " + place.shortName() + " " + place.digest();
    }
  }
}
