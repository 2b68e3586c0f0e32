package dev.keyledger.query.check;

import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Something that isn't as it was.
 *
 * @param organization {@code null} for the platform's own log
 * @param position of the event, or of the first that it may be; of the platform's log the index of
 *     an entry; {@code null} where it is of none
 * @param what in words, without any content
 */
record Finding(
    Part part, Kind kind, @Nullable UUID organization, @Nullable Long position, String what) {
  enum Kind {
    MISSING,
    ADDED,
    CHANGED,
    OUT_OF_ORDER;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }
}
