package dev.keyledger.events.feed;

import java.time.Instant;
import java.util.List;

/**
 * A consumer that enforces says how far it has come: a record of {@code acks.v1}, keyed by its
 * instance.
 *
 * @param name of the consumer, for example {@code token-service}
 * @param instance one process's life; a restart is another instance
 * @param applied streams and positions that have come into force there since its last record
 * @param at the instance's clock, shown in receipts and never used for order
 */
public record Ack(String name, String instance, Kind kind, List<Applied> applied, Instant at) {
  public Ack {
    applied = List.copyOf(applied);
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

  /**
   * @param stream as in {@link Revocation#stream()}
   */
  public record Applied(String stream, long position) {}
}
