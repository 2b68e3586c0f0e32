package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.feed.RelayMark;
import dev.keyledger.kit.kafka.TopicFreshness;

/**
 * Whether this replica has once had all that any replica had before it: only then may it say its
 * first yes. By then the topics that it reads are named as whole by the relay, and reach as far as
 * was ever reflected; and it has applied all that was there when that was known.
 *
 * <p>What is in memory outlives Kafka: later losses make it stale, never incomplete.
 */
final class Completeness {
  private final TopicFreshness view;
  private final long reflectedBefore;
  private boolean promised;
  private volatile boolean reached;

  /**
   * @param view of the topics that are read
   * @param reflectedBefore index up to which some replica had reflected the ledger
   */
  Completeness(TopicFreshness view, long reflectedBefore) {
    this.view = view;
    this.reflectedBefore = reflectedBefore;
  }

  boolean isReached() {
    return reached;
  }

  /** To be called whenever the relay has said something, or the view has moved. */
  synchronized void look(RelayMark mark) {
    if (reached) {
      return;
    }
    boolean promises = isWhole(mark);
    if (promises && !promised) {
      // Only what is asked from now on shows that all of it was applied.
      view.startOver();
    } else if (promises && view.isFresh()) {
      reached = true;
    }
    promised = promises;
  }

  /** Whether what is read now is whole, whatever was read before. */
  boolean isWhole(RelayMark mark) {
    return view.allRead((topic, id) -> mark.isWhole(topic, id.toString(), reflectedBefore));
  }
}
