package dev.keyledger.events.feed;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A consumer that enforces, or that tells followers who do, says how far it has come: a record of
 * {@code acks.v1}, keyed by its instance.
 *
 * @param name of the consumer, for example {@code token-service}
 * @param instance one process's life; a restart is another instance
 * @param applied streams and positions that have come into force there since its last record
 * @param followers whom delivery-service holds: all whom these positions concern, or who have
 *     acknowledged some since its last record
 * @param longestBoundMs the longest time, in milliseconds, for which a follower of it may rely on
 *     what it was told; {@code null} where none follows
 * @param at the instance's clock, shown in receipts and never used for order
 */
public record Ack(
    String name,
    String instance,
    Kind kind,
    List<Applied> applied,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Follower> followers,
    @Nullable Long longestBoundMs,
    Instant at) {
  /** What the keys of records of delivery-service begin with, which are sealed by its own key. */
  public static final String OF_DELIVERY = "delivery:";

  public Ack {
    applied = List.copyOf(applied);
    followers = followers == null ? List.of() : List.copyOf(followers);
  }

  /** Of who enforces by itself. */
  public Ack(String name, String instance, Kind kind, List<Applied> applied, Instant at) {
    this(name, instance, kind, applied, List.of(), null, at);
  }

  public enum Kind {
    /**
     * From now on its acknowledgement is waited for. Sent, and durable, before it asks for the
     * topics' ends.
     */
    REGISTERED,
    /** It is alive; by itself this acknowledges nothing. */
    ALIVE,
    APPLIED,
    /** It has stopped serving and will acknowledge nothing more. */
    LEFT
  }

  /** How a follower hears of news; what it has applied it says by pages alone. */
  public enum Channel {
    /** A stream of events, besides pages. */
    SSE,
    PAGE
  }

  /**
   * @param stream as in {@link Revocation#stream()}
   */
  public record Applied(String stream, long position) {}

  /**
   * Who follows the feed over HTTP, as it names itself.
   *
   * @param organization whose part of the feed it is told; {@code null} for all
   * @param instance one process's life
   * @param maxStalenessMs for how long it relies on what it was told, in milliseconds
   * @param applied what it has acknowledged since it was last said
   */
  public record Follower(
      @Nullable String organization,
      String name,
      String instance,
      long maxStalenessMs,
      Channel channel,
      @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Applied> applied) {
    public Follower {
      applied = applied == null ? List.of() : List.copyOf(applied);
    }

    /** The same one, of whom this has to be said. */
    public Follower with(List<Applied> others) {
      return new Follower(organization, name, instance, maxStalenessMs, channel, others);
    }
  }
}
