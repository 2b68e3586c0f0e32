package dev.keyledger.token.enforcement.outbox;

/**
 * Where a revocation stands.
 *
 * @param stream as in {@link dev.keyledger.events.feed.Revocation#stream()}
 */
public record StreamPosition(String stream, long position) {}
