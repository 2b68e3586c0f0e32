package dev.keyledger.standalone;

/** What a user can mend, said in one sentence; it is shown without a stack trace. */
final class Problem extends RuntimeException {
  Problem(String sentence) {
    super(sentence);
  }

  Problem(String sentence, Throwable cause) {
    super(sentence, cause);
  }
}
