package dev.keyledger.query.views;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * Which state a read asks for, by one of the two.
 *
 * @param position of its last event
 * @param time by which everything in it had happened
 */
record AsOf(@Nullable Long position, @Nullable Instant time) {}
