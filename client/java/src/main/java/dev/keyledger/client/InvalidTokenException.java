package dev.keyledger.client;

/** A token that is not to be believed. Why is for tests and logs, never for the client. */
public final class InvalidTokenException extends RuntimeException {
  public enum Reason {
    MALFORMED,
    /** {@code alg} is not the one that we sign with, {@code none} included. */
    ALGORITHM,
    TYPE,
    UNKNOWN_KEY,
    SIGNATURE,
    ISSUER,
    AUDIENCE,
    EXPIRED,
    CLAIMS
  }

  private final Reason reason;

  InvalidTokenException(Reason reason) {
    super(reason.name(), null, false, false);
    this.reason = reason;
  }

  public Reason reason() {
    return reason;
  }
}
