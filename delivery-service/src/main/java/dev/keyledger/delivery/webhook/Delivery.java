package dev.keyledger.delivery.webhook;

import dev.keyledger.delivery.subscription.Attempt;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What became of a message.
 *
 * @param previous the position of the message before it for this subscription
 * @param tries how often it was sent in all
 * @param attempts the last twenty, oldest first
 * @param nextAttemptAt not before that; {@code null} where none is to come
 * @param settledAt since when it is delivered or dead; {@code null} while it is neither
 * @param replayable whether it can be sent again: what was delivered long ago is forgotten
 */
record Delivery(
    String id,
    long position,
    @Nullable Long previous,
    String type,
    String status,
    Instant queuedAt,
    int tries,
    List<Attempt> attempts,
    @Nullable Instant nextAttemptAt,
    @Nullable Instant settledAt,
    boolean replayable) {}
