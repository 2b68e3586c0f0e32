package dev.keyledger.kit.counts;

import java.time.Instant;

/**
 * How often something happened, and when last.
 *
 * @param count 1 or more
 */
public record Counted<K>(K what, long count, Instant last) {}
