package dev.keyledger.command.relay;

import org.jspecify.annotations.Nullable;

/**
 * One organisation's event that would fail again at every attempt, and that must not be skipped:
 * the organisation is held there, and no other waits for it.
 */
final class UnpublishableException extends RuntimeException {
  /**
   * @param what in words without any content of the event: it is shown to the operator
   */
  UnpublishableException(String what) {
    super(what);
  }

  UnpublishableException(String what, @Nullable Throwable cause) {
    super(what, cause);
  }

  String what() {
    return String.valueOf(getMessage());
  }
}
