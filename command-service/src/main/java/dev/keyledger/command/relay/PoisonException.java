package dev.keyledger.command.relay;

import org.jspecify.annotations.Nullable;

/**
 * Something that is no matter of one organisation, would fail again at every attempt, and must not
 * be skipped: the relay stops until an operator has looked.
 */
final class PoisonException extends RuntimeException {
  PoisonException(String what) {
    super(what);
  }

  PoisonException(String what, @Nullable Throwable cause) {
    super(what, cause);
  }
}
