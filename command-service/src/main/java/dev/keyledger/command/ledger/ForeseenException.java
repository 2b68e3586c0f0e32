package dev.keyledger.command.ledger;

/**
 * Carries what a dry run has found out past everything that would have followed the real command,
 * whatever that is. Nothing went wrong, so there is no stack to trace.
 */
public final class ForeseenException extends RuntimeException {
  private final transient Foreseen foreseen;

  ForeseenException(Foreseen foreseen) {
    super("this was a dry run", null, false, false);
    this.foreseen = foreseen;
  }

  public Foreseen foreseen() {
    return foreseen;
  }
}
