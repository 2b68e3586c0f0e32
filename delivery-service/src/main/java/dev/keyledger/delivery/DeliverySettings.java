package dev.keyledger.delivery;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param maxStaleness how old what is known may be until the feed says that it isn't fresh; a
 *     stream's heartbeats come three times as often
 */
@ConfigurationProperties("keyledger")
public record DeliverySettings(
    @DefaultValue("PT2S") Duration maxStaleness,
    @DefaultValue Client client,
    @DefaultValue Delivery delivery) {

  private static final int MOST_STREAMS = 20_000;
  private static final int HEAP_PER_STREAM = 128 * 1024;
  private static final int EVENT_SHARE_OF_HEAP = 16;

  /**
   * @param longestTokenLifetime for how long an end is told; longer than any access token lives
   */
  public record Client(@DefaultValue("PT24H") Duration longestTokenLifetime) {}

  /**
   * @param streams that may be open at once, waiting pages among them, of which no organisation
   *     gets more than its share; by default one per 128 KB of heap, which leaves half of the
   *     connections to others, and 20,000 at most
   * @param askAgain how often it is asked whether a follower's credential is still good, besides
   *     whenever the feed says something of it
   * @param eventMemory bytes for the newest events of all organisations, about; by default a
   *     sixteenth of the heap
   */
  public record Delivery(
      @Nullable Integer streams,
      @DefaultValue("PT1M") Duration askAgain,
      @Nullable Long eventMemory) {}

  public Duration heartbeat() {
    return maxStaleness.dividedBy(3);
  }

  /** About how many bytes the newest events may take. */
  public long eventMemory() {
    Long set = delivery.eventMemory();
    return set != null ? set : Runtime.getRuntime().maxMemory() / EVENT_SHARE_OF_HEAP;
  }

  /** How many streams there may be. */
  public int streams() {
    Integer set = delivery.streams();
    long heap = Runtime.getRuntime().maxMemory();
    return set != null ? set : (int) Math.min(MOST_STREAMS, heap / HEAP_PER_STREAM);
  }
}
