package dev.keyledger.kit.database;

import java.util.function.IntUnaryOperator;

/**
 * Deletes what is over in bounded statements, each a transaction of its own: however much there is,
 * no row is locked for long, and replicas that sweep at the same time share the work, since each
 * passes over what the other holds.
 */
public final class Batches {
  /** Rows of one statement. */
  public static final int SIZE = 500;

  private Batches() {}

  /**
   * @param delete given the most that it may delete, tells how much it did; once it was less, there
   *     is no more
   */
  public static void deleteAll(IntUnaryOperator delete) {
    while (delete.applyAsInt(SIZE) >= SIZE) {
      if (Thread.currentThread().isInterrupted()) {
        return;
      }
    }
  }
}
