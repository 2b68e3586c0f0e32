package dev.keyledger.token.enforcement.access;

import dev.keyledger.events.feed.Revocation;

/**
 * Where a revocation takes effect in this replica at once, ahead of the topic that carries it to
 * the others and back. The outbox calls this after its transaction has committed, with the very
 * record that its outbox holds; applying it twice changes nothing.
 */
@FunctionalInterface
public interface LocalRevocations {
  void apply(Revocation revocation);
}
