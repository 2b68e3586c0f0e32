package dev.keyledger.command.relay;

import dev.keyledger.command.memory.Snapshots;
import dev.keyledger.command.organization.OrganizationState;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/**
 * Organisations as they were published, read from the ledger: from their newest snapshot on, if
 * there is one. Long histories are read beside the relay's turns, so that no other organisation
 * waits for them. To be used by the relay's thread alone.
 */
final class HistoryReads implements AutoCloseable {
  /** Fewer events than this are read where they are needed: that takes milliseconds. */
  private static final int LONG_HISTORY = 1_000;

  private static final int THREADS = 4;

  /** Far below what a token may hold. */
  private static final int MOST_UNDER_WAY = 100;

  private final LedgerLog ledger;
  private final Snapshots snapshots;
  private final Runnable wake;
  private final Map<String, Future<Published>> underWay = new HashMap<>();
  private final ExecutorService threads =
      Executors.newFixedThreadPool(
          THREADS, Thread.ofPlatform().daemon().name("keyledger-relay-reads-", 0).factory());

  /**
   * @param wake is told when a read has ended
   */
  HistoryReads(LedgerLog ledger, Snapshots snapshots, Runnable wake) {
    this.ledger = ledger;
    this.snapshots = snapshots;
    this.wake = wake;
  }

  /**
   * Begins to read, unless it is being read already.
   *
   * @param published the last position to read
   * @return {@code false} for a history that is better read at once, by {@link #read}
   */
  boolean begin(String organization, long published) {
    if (underWay.containsKey(organization)) {
      return true;
    }
    if (published < LONG_HISTORY || underWay.size() == MOST_UNDER_WAY) {
      return false;
    }
    underWay.put(
        organization,
        threads.submit(() -> {
          try {
            return read(organization, published);
          } finally {
            wake.run();
          }
        }));
    return true;
  }

  /** Those whose reads have ended, each to be {@linkplain #take taken}. */
  List<String> ended() {
    var ended = new ArrayList<String>();
    underWay.forEach((organization, read) -> {
      if (read.isDone()) {
        ended.add(organization);
      }
    });
    return ended;
  }

  /**
   * @throws UnpublishableException for one that cannot be folded
   * @throws RuntimeException when the ledger could not be read
   */
  Published take(String organization) throws InterruptedException {
    Future<Published> read = underWay.remove(organization);
    if (read == null) {
      throw new IllegalStateException("nothing was read");
    }
    try {
      return read.get();
    } catch (ExecutionException e) {
      switch (e.getCause()) {
        case RuntimeException failure -> throw failure;
        case Error failure -> throw failure;
        case null, default -> throw new IllegalStateException(e);
      }
    }
  }

  /**
   * @throws UnpublishableException for one that cannot be folded
   */
  Published read(String organization, long published) {
    OrganizationState from =
        published < LONG_HISTORY
            ? OrganizationState.emptyOfOpenKeys()
            : start(organization, published);
    var read = new Published(from);
    ledger.historyOf(
        organization,
        read.position() + 1,
        published + 1,
        event -> {
          if (Thread.currentThread().isInterrupted()) {
            throw new CancellationException("the epoch is over");
          }
          read.apply(event);
        });
    return read;
  }

  private OrganizationState start(String organization, long published) {
    return snapshots
        .newest(organization, published)
        .flatMap(stored -> stored.restore(false))
        .orElseGet(OrganizationState::emptyOfOpenKeys);
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
