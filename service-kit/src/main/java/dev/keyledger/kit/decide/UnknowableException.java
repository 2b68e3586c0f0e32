package dev.keyledger.kit.decide;

/**
 * This replica cannot know the answer now: its view is too old, or a record that matters could not
 * be read. Saying yes might be wrong, and so might no.
 */
public final class UnknowableException extends RuntimeException {
  public UnknowableException() {
    super("the access state cannot tell", null, false, false);
  }
}
