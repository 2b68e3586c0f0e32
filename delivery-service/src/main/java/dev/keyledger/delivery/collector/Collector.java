package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SubscriptionRecord;
import java.time.Instant;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A collector as it stands now.
 *
 * @param stateText what {@code state} was read from
 * @param ledger the last position that it took
 * @param activity the same; {@code null} until it is known where that began
 * @param failures in a row
 * @param newsAt when there last was something for it
 * @param shown sealed, what it is shown, which may be empty; {@code null} while that hasn't come
 */
record Collector(
    SubscriptionKey key,
    SubscriptionState state,
    String stateText,
    long ledger,
    @Nullable Long activity,
    int failures,
    Instant newsAt,
    SubscriptionRecord.@Nullable Secret shown) {
  CollectorSettings settings() {
    return Objects.requireNonNull(state.collector(), "a collector has settings");
  }

  @Nullable Long taken(Source source) {
    return source == Source.LEDGER ? Long.valueOf(ledger) : activity;
  }
}
