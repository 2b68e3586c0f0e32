package dev.keyledger.delivery.webhook;

import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import org.jspecify.annotations.Nullable;

/**
 * A subscription as its events make it.
 *
 * @param createdPosition what comes behind it is sent
 * @param secretPosition of the event that gave it its newest secret
 * @param lastPosition of its newest message; {@code null} while there is none
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
      var state =
          new SubscriptionState(
              created.name(), created.url(), created.events(), created.signature());
      return new FoldedSubscription(key, state, Standing.ACTIVE, position, position, null, false);
    }
    if (before == null || before.standing == Standing.REMOVED) {
      throw new IllegalStateException("there is no such subscription");
    }
    return switch (event) {
      case SubscriptionCreated e -> throw new IllegalStateException("created twice");
      case SubscriptionChanged e -> before.with(before.state.with(e.after()));
      case SubscriptionSecretRotated e -> before.withSecretOf(position);
      case SubscriptionPaused e -> before.as(before.state, Standing.PAUSED);
      case SubscriptionResumed e -> before.as(before.state, Standing.ACTIVE).anew();
      case SubscriptionRemoved e -> before.as(before.state, Standing.REMOVED);
    };
  }

  private FoldedSubscription as(SubscriptionState changed, Standing now) {
    return new FoldedSubscription(
        key, changed, now, createdPosition, secretPosition, lastPosition, startsAnew);
  }

  private FoldedSubscription with(SubscriptionState changed) {
    FoldedSubscription after = as(changed, standing);
    return changed.url().equals(state.url()) ? after : after.anew();
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
    return standing != Standing.REMOVED && position > createdPosition && state.wants(type);
  }
}
