package dev.keyledger.events.feed;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a reader of the relay's topics has to know of {@code relay.v1}'s newest record: of which
 * topics it is true, and how far they reach.
 *
 * @param index of the ledger up to which they hold what was published
 * @param topics their ids (KIP-516) by name; one that is not named holds nothing for certain
 * @param filling what is still being made up for, after Kafka had lost something; {@code null} when
 *     nothing is
 */
public record RelayMark(
    long index, @Nullable Map<String, String> topics, @Nullable Filling filling) {

  /**
   * @param goal the index up to which had been published before
   * @param ahead by name, the topics that lack nothing, and how far those reach
   */
  public record Filling(long goal, Map<String, RelayMark> ahead) {}

  /** How far a topic reaches. */
  public long reach(String topic) {
    RelayMark further = filling == null ? null : filling.ahead().get(topic);
    return further == null ? index : Math.max(index, further.index());
  }

  /**
   * Whether a topic holds all that was ever published of it.
   *
   * @param id which topic it is
   * @param least the index that it has to reach at least
   */
  public boolean isWhole(String topic, String id, long least) {
    boolean filled = filling == null || filling.ahead().containsKey(topic);
    return filled && reach(topic) >= least && topics != null && id.equals(topics.get(topic));
  }
}
