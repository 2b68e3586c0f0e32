package dev.keyledger.query.projection.apply;

import java.util.Locale;

/** Why the view of an organisation stops, and what follows of it is parked. */
enum ParkReason {
  /** The organisation's positions don't follow one another. */
  GAP,
  /** A later release wrote it. */
  UNKNOWN_TYPE,
  UNREADABLE,
  /** Readable, but not on this state: about a key that was never created, for example. */
  IMPOSSIBLE;

  /** As the table has it and the operator sees it. */
  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
