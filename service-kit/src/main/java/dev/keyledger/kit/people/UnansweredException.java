package dev.keyledger.kit.people;

import org.jspecify.annotations.Nullable;

/**
 * token-service gave no answer that can be used: it is away, late, refuses, or isn't understood.
 */
public final class UnansweredException extends RuntimeException {
  private final int status;
  private final byte[] refusal;

  UnansweredException(String what, int status, @Nullable Throwable cause) {
    super(what, cause);
    this.status = status;
    this.refusal = new byte[0];
  }

  UnansweredException(String peer, int status, byte[] refusal) {
    super(peer + " answers " + status);
    this.status = status;
    this.refusal = refusal.clone();
  }

  /** What it refuses with, as it came; empty where there is none. */
  public byte[] refusal() {
    return refusal.clone();
  }

  /** The HTTP status of its refusal; 0 when there is no answer, or one that can't be read. */
  public int status() {
    return status;
  }
}
