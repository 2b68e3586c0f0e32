package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.subscription.Attempt;
import java.time.Instant;
import java.util.List;

/**
 * A message whose time has come.
 *
 * @param attempts the last ones, oldest first
 * @param tries how often it was tried in all
 * @param triesBefore how often of that before it was queued, at last by a replay
 */
record DueMessage(
    long position,
    Instant queuedAt,
    int tries,
    int triesBefore,
    List<Attempt> attempts,
    byte[] body) {

  /** How often it failed since it was queued, if it fails once more. */
  int failuresWithOneMore() {
    return tries - triesBefore + 1;
  }
}
