package dev.keyledger.command.ledger;

/** Wants to know that the ledger has grown. */
public interface WhenAppended {
  /** Called after the commit, on the command's thread: it may take no time and fail at nothing. */
  void appended();
}
