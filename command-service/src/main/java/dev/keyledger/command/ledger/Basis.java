package dev.keyledger.command.ledger;

/** What an attempt decides on. */
enum Basis {
  /**
   * What this replica has seen last, if that is not long ago. Good enough to accept by, since an
   * event is appended right behind it or not at all; nothing else is ever answered by it.
   */
  CACHED,
  /** What is committed. */
  COMMITTED,
  /** The same, read under a lock across replicas: commands that have lost a race queue for it. */
  LOCKED
}
