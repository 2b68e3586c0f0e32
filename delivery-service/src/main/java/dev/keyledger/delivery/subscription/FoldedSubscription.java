package dev.keyledger.delivery.subscription;

import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as its events make it.
 *
 * @param createdPosition what comes behind it is sent
 * @param secretPosition of the event that gave it its newest secret
 * @param lastPosition of its newest message, or its number where they are counted; {@code null}
 *     while there is none
 * @param startsAnew whether this very event has it go on, or go elsewhere, whatever its receiver
 *     said before
 */
public record FoldedSubscription(
    SubscriptionKey key,
    SubscriptionState state,
    Standing standing,
    long createdPosition,
    long secretPosition,
    @Nullable Long lastPosition,
    boolean startsAnew) {

  /**
   * @param before {@code null} for none
   * @throws IllegalStateException when the event can't follow on this state
   */
  public static FoldedSubscription of(
      @Nullable FoldedSubscription before,
      SubscriptionKey key,
      long position,
      SubscriptionEvent event) {
    if (event instanceof SubscriptionCreated created) {
      if (before != null) {
        throw new IllegalStateException("created twice");
      }
      var state = SubscriptionState.of(created);
      return new FoldedSubscription(key, state, Standing.ACTIVE, position, position, null, false);
    }
    if (before == null || before.standing == Standing.REMOVED) {
      throw new IllegalStateException("there is no such subscription");
    }
    return switch (event) {
      case SubscriptionCreated e -> throw new IllegalStateException("created twice");
      case SubscriptionChanged e -> before.with(before.state.with(e.after()), position);
      case SubscriptionSecretRotated e ->
          before.state.collects()
              ? before.anew().withSecretOf(position)
              : before.withSecretOf(position);
      case SubscriptionPaused e ->
          before.as(
              before.state,
              e.cause() == SubscriptionPaused.Cause.DISABLED ? Standing.DISABLED : Standing.PAUSED);
      case SubscriptionResumed e -> before.as(before.state, Standing.ACTIVE).anew();
      case SubscriptionRemoved e -> before.as(before.state, Standing.REMOVED);
    };
  }

  private FoldedSubscription as(SubscriptionState changed, Standing now) {
    return new FoldedSubscription(
        key, changed, now, createdPosition, secretPosition, lastPosition, startsAnew);
  }

  /**
   * What a stream's receiver, or a collector, is shown is for its place alone: with another place
   * there is another, in the event right behind, and nothing is sent before that has come.
   */
  private FoldedSubscription with(SubscriptionState changed, long position) {
    FoldedSubscription after = as(changed, standing);
    if (changed.url().equals(state.url())) {
      return state.collects() ? after.anew() : after;
    }
    boolean isShown = state.streams() || state.showsToken();
    return isShown ? after.anew().withSecretOf(position + 1) : after.anew();
  }

  private FoldedSubscription withSecretOf(long position) {
    return new FoldedSubscription(
        key, state, standing, createdPosition, position, lastPosition, startsAnew);
  }

  private FoldedSubscription anew() {
    return new FoldedSubscription(
        key, state, standing, createdPosition, secretPosition, lastPosition, true);
  }

  /** Once it has a message of that position. */
  public FoldedSubscription told(long position) {
    return new FoldedSubscription(
        key, state, standing, createdPosition, secretPosition, position, startsAnew);
  }

  /**
   * Whether it is told of an event: of what its own change makes of it, but not of its beginning.
   */
  public boolean isToldOf(long position, String type) {
    return takes() && position > createdPosition && state.wants(type);
  }

  /** Whether what comes is kept for it at least. */
  public boolean takes() {
    return standing == Standing.ACTIVE || standing == Standing.PAUSED;
  }

  /** Whether it is told of what happened at that time, beside the ledger. */
  public boolean isToldOf(Instant at, String type) {
    return takes()
        && state.streams()
        && state.createdAt() != null
        && !at.isBefore(state.createdAt())
        && state.wants(type);
  }

  /** By which a stream's next token is known: they are counted, whatever they come from. */
  public long nextNumber() {
    return lastPosition == null ? 1 : lastPosition + 1;
  }
}
