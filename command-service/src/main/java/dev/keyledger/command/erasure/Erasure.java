package dev.keyledger.command.erasure;

import dev.keyledger.command.ledger.EventMetadata;
import dev.keyledger.events.id.PersonId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * That a person is erased, as it was decided.
 *
 * @param position of the platform's event
 * @param context who asked, and from where; {@code null} once it is done
 */
record Erasure(PersonId person, long position, Instant at, @Nullable EventMetadata context) {
  boolean isDone() {
    return context == null;
  }
}
