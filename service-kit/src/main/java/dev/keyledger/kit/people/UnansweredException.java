package dev.keyledger.kit.people;

import org.jspecify.annotations.Nullable;

/**
 * token-service gave no answer that can be used: it is away, late, refuses, or isn't understood.
 */
public final class UnansweredException extends RuntimeException {
  private final int status;

  UnansweredException(String what, int status, @Nullable Throwable cause) {
    super(what, cause);
    this.status = status;
  }

  /** The HTTP status of its refusal; 0 when there is no answer, or one that can't be read. */
  public int status() {
    return status;
  }
}
