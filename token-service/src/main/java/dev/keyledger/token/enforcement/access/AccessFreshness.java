package dev.keyledger.token.enforcement.access;

import dev.keyledger.client.revocations.Freshness;
import dev.keyledger.kit.kafka.TopicFreshness;
import java.time.Duration;
import java.util.function.LongSupplier;

/**
 * Two bounds in one: the view is no older than it may be, and this replica has been heard no longer
 * ago than that, so that receipts still wait for it. Before either counts the view has to have been
 * complete once.
 */
final class AccessFreshness implements ReplicaFreshness {
  private final long bound;
  private final TopicFreshness view;
  private final Freshness heard;
  private final Completeness completeness;

  /**
   * @param nanoTime as {@link System#nanoTime}
   * @param reflectedBefore index up to which some replica had reflected the ledger
   */
  AccessFreshness(Duration maxStaleness, LongSupplier nanoTime, long reflectedBefore) {
    this.bound = maxStaleness.toNanos();
    this.view = new TopicFreshness(maxStaleness, nanoTime);
    this.heard = new Freshness(maxStaleness, nanoTime);
    this.completeness = new Completeness(view, reflectedBefore);
  }

  Completeness completeness() {
    return completeness;
  }

  /** Of what was applied of the access topics. */
  TopicFreshness view() {
    return view;
  }

  /**
   * Receipts stop waiting for a replica that was silent for the bound. What was reported in force
   * meanwhile may be missing here, so after a silence only a question that is asked from now on
   * counts.
   *
   * @param sentAt when an acknowledgement was sent that the broker has since confirmed
   */
  synchronized void confirmed(long sentAt) {
    if (!heard.isFresh()) {
      view.startOver();
    }
    heard.confirm(sentAt);
  }

  @Override
  public boolean isFresh() {
    return completeness.isReached() && ageNanos() < bound;
  }

  @Override
  public Duration age() {
    return Duration.ofNanos(ageNanos());
  }

  private long ageNanos() {
    return Math.max(view.ageNanos(), heard.ageNanos());
  }
}
