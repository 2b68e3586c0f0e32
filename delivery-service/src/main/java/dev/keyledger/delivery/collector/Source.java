package dev.keyledger.delivery.collector;

/** What history is made of: each has positions of its own. */
enum Source {
  LEDGER,
  ACTIVITY;

  /** As OCSF's {@code metadata.log_name} has it, and a column of the table. */
  String text() {
    return this == LEDGER ? "ledger" : "activity";
  }
}
