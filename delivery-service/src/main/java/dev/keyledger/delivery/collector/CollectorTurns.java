package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.sending.ClaimedWork;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import java.util.UUID;

/**
 * Gives collectors that are due their turns, as far as no other replica does: those that have been
 * due for longest first, and of one organisation no more than its share at once.
 */
final class CollectorTurns extends ClaimedWork {
  private final Turn.Means means;

  CollectorTurns(Turn.Means means) {
    super("collectors", means.settings().interval(), means.settings().turnsAtOnce());
    this.means = means;
  }

  @Override
  protected void claim(int most) {
    CollectorsSettings settings = means.settings();
    // Not one for the replica: a turn whose lease is over must not take another's for its own.
    UUID holder = UUID.randomUUID();
    for (SubscriptionKey key :
        means
            .table()
            .claim(
                holder, settings.lease(), means.clock().instant(), settings.turnsOfOne(), most)) {
      begin(
          "collector-" + key.subscription().value(),
          new Turn(key, holder, means, () -> !isRunning()),
          () -> false);
    }
  }
}
