package dev.keyledger.benchmarks.load;

import org.jspecify.annotations.Nullable;

/**
 * What came of a round.
 *
 * @param succeeded answers with status 2xx within the round's time
 * @param failed any other answer, and connections that broke
 * @param firstFailure what the first of them was, without its body
 */
public record LoadResult(
    long succeeded,
    long failed,
    @Nullable String firstFailure,
    long elapsedNanos,
    long medianNanos,
    long p99Nanos) {

  public double perSecond() {
    return succeeded * 1e9 / elapsedNanos;
  }

  /**
   * @throws IllegalStateException when a single request failed: such a rate means nothing
   */
  public LoadResult orThrow() {
    if (failed > 0) {
      throw new IllegalStateException(
          failed + " of " + (failed + succeeded) + " requests failed, the first: " + firstFailure);
    }
    return this;
  }
}
