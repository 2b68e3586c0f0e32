package dev.keyledger.delivery.webhook.send;

import dev.keyledger.delivery.webhook.Attempt;
import java.time.Instant;
import java.util.List;

/**
 * A message whose time has come.
 *
 * @param attempts the last ones, oldest first
 * @param tries how often it was tried in all
 */
record DueMessage(
    long position, Instant queuedAt, int tries, List<Attempt> attempts, byte[] body) {}
