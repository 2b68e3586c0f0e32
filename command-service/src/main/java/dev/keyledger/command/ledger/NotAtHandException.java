package dev.keyledger.command.ledger;

/**
 * The organisation is to be read before the command's transaction; then the attempt is repeated.
 */
final class NotAtHandException extends RuntimeException {
  NotAtHandException() {
    super("the organisation has to be read first", null, false, false);
  }
}
