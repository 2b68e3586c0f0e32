package dev.keyledger.command.ledger;

import org.jspecify.annotations.Nullable;

/** Others were always faster. The command did nothing and may be sent again. */
public final class LedgerBusyException extends RuntimeException {
  public LedgerBusyException(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
