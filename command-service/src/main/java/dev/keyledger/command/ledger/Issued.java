package dev.keyledger.command.ledger;

import dev.keyledger.command.organization.Key;
import dev.keyledger.events.credential.SecretText;
import java.time.Instant;

/**
 * A key with a secret that is shown this once.
 *
 * @param at when it was decided, which a repeated answer keeps
 */
public record Issued(long position, Instant at, Key key, SecretText secret) {}
