package dev.keyledger.client;

/** Who would have to know cannot be asked now. Its message never quotes a credential. */
public final class UnavailableException extends RuntimeException {
  public UnavailableException(String what) {
    super(what);
  }

  UnavailableException(String what, Throwable cause) {
    super(what + ": " + cause.getClass().getSimpleName(), cause);
  }
}
