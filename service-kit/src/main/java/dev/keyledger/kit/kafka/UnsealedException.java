package dev.keyledger.kit.kafka;

/**
 * A record that none of the platform's writers wrote here as it is: it has no seal, one of another
 * place or content, or one under a server key that isn't known. Says nothing of what is in it.
 */
public final class UnsealedException extends RuntimeException {
  UnsealedException(String why) {
    super(why);
  }
}
