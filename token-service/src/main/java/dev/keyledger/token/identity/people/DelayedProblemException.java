package dev.keyledger.token.identity.people;

import dev.keyledger.kit.web.Problem;

/** A refusal that is told later; until then the request holds no thread. */
public final class DelayedProblemException extends RuntimeException {
  private final transient Problem problem;
  private final long due;

  /**
   * @param due by {@link System#nanoTime}
   */
  DelayedProblemException(Problem problem, long due) {
    super(problem.code(), null, false, false);
    this.problem = problem;
    this.due = due;
  }

  public Problem problem() {
    return problem;
  }

  /** By {@link System#nanoTime}. */
  public long due() {
    return due;
  }
}
