package dev.keyledger.query.projection.fold;

/** An event that cannot follow on the state before it. Its message names no content. */
final class ImpossibleEventException extends RuntimeException {
  ImpossibleEventException(String why) {
    super(why, null, false, false);
  }
}
