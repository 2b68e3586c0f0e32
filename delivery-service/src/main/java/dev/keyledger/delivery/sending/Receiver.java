package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.events.subscription.SubscriptionRecord;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a subscription's messages go, as it stands now.
 *
 * @param active whether it gets whatever is due; otherwise it is told that it is paused, and no
 *     more
 * @param failures in a row
 * @param restsUntil nothing is sent before; {@code null} for at once
 * @param secrets sealed; empty while those that belong to it haven't come yet
 */
record Receiver(
    SubscriptionKey key,
    SubscriptionState state,
    boolean active,
    int failures,
    @Nullable Instant restsUntil,
    List<SubscriptionRecord.Secret> secrets) {}
