package dev.keyledger.command.erasure;

/** The person was erased meanwhile: it isn't decided twice. */
final class ErasedBeforeException extends RuntimeException {
  ErasedBeforeException() {
    super("erased before", null, false, false);
  }
}
