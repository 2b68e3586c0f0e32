package dev.keyledger.command.relay;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How far the relay has come in the ledger's table, whose index is handed out before a transaction
 * commits: everything up to {@code index} but for {@code gaps}, which may still be committed, and
 * for what is held.
 *
 * @param index highest that was relayed; -1 before the first
 * @param event the id of the event at that index, by which another ledger is told from this one;
 *     {@code null} before the first
 * @param gaps in ascending order, all below {@code index}
 * @param held organisations of which nothing from a position on was published
 * @param topics the ids (KIP-516) by name of the topics that hold this: of another topic that has
 *     one of the names it says nothing
 * @param filling what is made up for after Kafka had lost something; {@code null} when nothing is
 */
record RelayToken(
    long index,
    @Nullable String event,
    List<Long> gaps,
    Map<String, HeldOrganization> held,
    Map<String, String> topics,
    @Nullable Filling filling) {
  /** More than that are no matter of single organisations. */
  static final int MOST_HELD = 1_000;

  static final RelayToken START = new RelayToken(-1, null, List.of(), Map.of());

  /**
   * @param position the first that was not published
   * @param reason in words without any content of the event
   */
  record HeldOrganization(long position, String reason, Instant since) {
    private static final String BEING_READ = "its history is being read";

    /** One that is published again as soon as the relay knows its state. */
    static HeldOrganization whileItIsRead(long position, Instant since) {
      return new HeldOrganization(position, BEING_READ, since);
    }

    boolean onlyUntilItIsRead() {
      return reason.equals(BEING_READ);
    }
  }

  /**
   * The ledger is published once more from its beginning, to the topics that lack it.
   *
   * @param goal the index up to which it had been published before
   * @param ahead by name, how far topics were published that lack nothing: of what that covers they
   *     get nothing twice
   */
  record Filling(long goal, Map<String, RelayToken> ahead) {
    Filling {
      ahead = Map.copyOf(ahead);
    }
  }

  RelayToken {
    gaps = List.copyOf(gaps);
    // A token of before anything could be held, or before topics were told apart, names nothing.
    held = held == null ? Map.of() : Map.copyOf(held);
    topics = topics == null ? Map.of() : Map.copyOf(topics);
  }

  RelayToken(
      long index, @Nullable String event, List<Long> gaps, Map<String, HeldOrganization> held) {
    this(index, event, gaps, held, Map.of(), null);
  }

  /** How far it has come, and nothing of where. */
  private RelayToken reach() {
    return new RelayToken(index, event, gaps, held);
  }

  RelayToken in(Map<String, String> nowTopics) {
    return new RelayToken(index, event, gaps, held, nowTopics, filling);
  }

  /**
   * A token to begin again with, where some topics lack what this one covers.
   *
   * @param whole the names of those that don't
   * @param nowTopics the ids of all
   */
  RelayToken refilling(Collection<String> whole, Map<String, String> nowTopics) {
    var ahead = new TreeMap<String, RelayToken>();
    for (String topic : whole) {
      RelayToken further = filling == null ? null : filling.ahead().get(topic);
      ahead.put(topic, further == null ? reach() : further);
    }
    long goal = filling == null ? index : Math.max(index, filling.goal());
    return new RelayToken(
        START.index, null, List.of(), Map.of(), nowTopics, new Filling(goal, ahead));
  }

  /** Whether a topic has that event already, from before others had to be filled. */
  boolean isAhead(String topic, StoredEvent event) {
    RelayToken further = filling == null ? null : filling.ahead().get(topic);
    return further != null
        && further.hasPublished(event.index(), event.organization(), event.position());
  }

  /** Without the filling once it has come to its end. */
  private RelayToken filledIfSo() {
    return filling != null
            && index >= filling.goal()
            && filling.ahead().values().stream().allMatch(this::coversAllOf)
        ? new RelayToken(index, event, gaps, held, topics, null)
        : this;
  }

  boolean covers(long other) {
    return other <= index && !gaps.contains(other);
  }

  /** Whether the event at that index was published. */
  boolean hasPublished(long other, String organization, long position) {
    HeldOrganization holding = held.get(organization);
    return covers(other) && (holding == null || position < holding.position());
  }

  /** Held for what no time mends. */
  Map<String, HeldOrganization> unpublishable() {
    var left = new TreeMap<>(held);
    left.values().removeIf(HeldOrganization::onlyUntilItIsRead);
    return left;
  }

  /** Whether it covers all that the other one does, as every later token does. */
  boolean coversAllOf(RelayToken other) {
    return index >= other.index
        && gaps.stream().allMatch(gap -> gap > other.index || other.gaps.contains(gap));
  }

  /**
   * The token after events were read: what was skipped on the way up has become a gap, what was
   * filled has not.
   *
   * @param read in ascending order of their indexes
   */
  RelayToken after(List<StoredEvent> read) {
    if (read.isEmpty()) {
      return this;
    }
    var open = new TreeSet<>(gaps);
    long highest = index;
    String newest = event;
    for (StoredEvent one : read) {
      if (one.index() <= highest) {
        open.remove(one.index());
      } else {
        for (long skipped = highest + 1; skipped < one.index(); skipped++) {
          open.add(skipped);
        }
        highest = one.index();
        newest = one.id();
      }
    }
    return new RelayToken(highest, newest, new ArrayList<>(open), held, topics, filling)
        .filledIfSo();
  }

  RelayToken without(Collection<Long> dead) {
    if (dead.isEmpty()) {
      return this;
    }
    var open = new TreeSet<>(gaps);
    open.removeAll(dead);
    return new RelayToken(index, event, new ArrayList<>(open), held, topics, filling).filledIfSo();
  }

  /**
   * @throws PoisonException when too many are held for this to be a matter of theirs
   */
  RelayToken holding(String organization, HeldOrganization holding) {
    var more = new TreeMap<>(held);
    more.put(organization, holding);
    if (more.size() > MOST_HELD) {
      throw new PoisonException(
          "more than " + MOST_HELD + " organisations cannot be published: " + holding.reason());
    }
    return new RelayToken(index, event, gaps, more, topics, filling);
  }

  RelayToken releasing(String organization) {
    var fewer = new TreeMap<>(held);
    fewer.remove(organization);
    return new RelayToken(index, event, gaps, fewer, topics, filling);
  }
}
