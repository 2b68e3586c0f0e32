package dev.keyledger.query.check;

import java.util.Locale;

/** What is compared. */
enum Part {
  /** command-service's table of events. */
  LEDGER,
  /** {@code events.v1}. */
  TOPIC,
  /** The events that query-service keeps, and the rows that it made of them. */
  VIEWS,
  /** Leaves, nodes and checkpoints of the organisations' logs, and the platform's. */
  LOG;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
