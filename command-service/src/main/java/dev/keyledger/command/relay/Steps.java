package dev.keyledger.command.relay;

/** The moments of a batch at which a process may die or be paused; tests stop it there. */
interface Steps {
  Steps UNHINDERED = new Steps() {};

  default void beforeSend() {}

  default void beforeCommit() {}

  default void afterCommit() {}
}
