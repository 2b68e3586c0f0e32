package dev.keyledger.command.ledger;

import dev.keyledger.command.memory.Snapshots;
import dev.keyledger.command.organization.OrganizationSnapshot;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Stores snapshots one after another, on a thread of its own: no command waits for one, and none
 * fails with one.
 */
final class SnapshotWriter implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SnapshotWriter.class);
  private static final int MOST_WAITING = 64;

  private final Snapshots snapshots;
  private final ThreadPoolExecutor executor =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().daemon().name("keyledger-snapshots").factory());

  SnapshotWriter(Snapshots snapshots) {
    this.snapshots = snapshots;
  }

  /** Whether it will be; otherwise too many wait already. */
  boolean store(String organization, OrganizationSnapshot snapshot) {
    try {
      executor.execute(() -> written(organization, snapshot));
      return true;
    } catch (RejectedExecutionException e) {
      return false;
    }
  }

  private void written(String organization, OrganizationSnapshot snapshot) {
    try {
      snapshots.store(organization, snapshot);
    } catch (RuntimeException e) {
      if (!executor.isShutdown()) {
        log.warn(
            "No snapshot of {} was stored at position {}", organization, snapshot.position(), e);
      }
    }
  }

  /** What waits is not stored: it is due again at the next start. */
  @Override
  public void close() {
    executor.shutdownNow();
  }
}
