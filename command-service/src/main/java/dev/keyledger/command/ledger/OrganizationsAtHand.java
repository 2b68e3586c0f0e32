package dev.keyledger.command.ledger;

import dev.keyledger.command.ledger.OrganizationHistory.Committed;
import dev.keyledger.command.memory.RecentlyUsed;
import dev.keyledger.command.memory.Snapshots;
import dev.keyledger.command.organization.OrganizationSnapshot;
import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.command.organization.Refusal.OrganizationNotFound;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;

/**
 * Organisations in memory, those that were used last. One that isn't there is read before a
 * command's transaction begins, page by page in statements of their own: however long its history
 * is, no transaction is.
 */
final class OrganizationsAtHand {
  private static final int PAGE = 1_000;

  /** For as long as a command waits for its turn. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  /** Of long histories at once, since each needs memory. */
  private static final int MOST_LONG_READS = 4;

  private final OrganizationHistory history;
  private final Snapshots snapshots;
  private final SnapshotWriter writer;
  private final int snapshotEvery;
  private final LongSupplier nanoTime;
  private final RecentlyUsed<AtHand> recent;
  private final Semaphore longReads = new Semaphore(MOST_LONG_READS);
  private final ConcurrentMap<String, CompletableFuture<Void>> underWay = new ConcurrentHashMap<>();

  OrganizationsAtHand(
      OrganizationHistory history,
      Snapshots snapshots,
      SnapshotWriter writer,
      LedgerSettings settings,
      LongSupplier nanoTime) {
    this.history = history;
    this.snapshots = snapshots;
    this.writer = writer;
    this.snapshotEvery = settings.snapshotEvery();
    this.nanoTime = nanoTime;
    this.recent = new RecentlyUsed<>(settings.cacheSize().toBytes());
  }

  /**
   * Reads the organisation unless it is there; of several who ask, one reads and the others wait.
   *
   * @throws dev.keyledger.command.organization.RefusedException for one that isn't
   * @throws LedgerBusyException when that takes longer than a command waits; the reading goes on
   */
  void bring(String organization) {
    bring(organization, true);
  }

  /** The same, for who may write nothing: a snapshot that is due waits for the next command. */
  void bringToRead(String organization) {
    bring(organization, false);
  }

  private void bring(String organization, boolean mayStore) {
    while (recent.get(organization) == null) {
      var mine = new CompletableFuture<Void>();
      CompletableFuture<Void> others = underWay.putIfAbsent(organization, mine);
      if (others == null) {
        read(organization, mine, mayStore);
        return;
      }
      await(others);
    }
  }

  private void read(String organization, CompletableFuture<Void> done, boolean mayStore) {
    try {
      // Another may have finished between the two looks.
      if (recent.get(organization) == null) {
        AtHand read = read(organization);
        if (mayStore) {
          snapshotIfDue(organization, read);
        }
        recent.put(organization, read, read.state().bytes());
      }
      done.complete(null);
    } catch (RuntimeException | Error e) {
      done.completeExceptionally(e);
      throw e;
    } finally {
      underWay.remove(organization, done);
    }
  }

  private static void await(CompletableFuture<Void> others) {
    try {
      others.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw new LedgerBusyException("the organisation is still being read", e);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException failure
          ? failure
          : new CompletionException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerBusyException("interrupted while the organisation was read", e);
    }
  }

  private AtHand read(String organization) {
    long asked = nanoTime.getAsLong();
    Optional<Snapshots.Stored> stored = snapshots.newest(organization, Long.MAX_VALUE);
    if (stored.isPresent()) {
      return longRead(() -> {
        Optional<OrganizationState> restored = stored.get().restore(true);
        return readOn(organization, restored.orElseGet(OrganizationState::empty), List.of(), asked);
      });
    }
    List<Committed> first = history.from(organization, 0, PAGE);
    if (first.isEmpty()) {
      throw new OrganizationNotFound().toException();
    }
    return first.size() < PAGE
        ? atHand(OrganizationState.empty(), first, asked)
        : longRead(() -> readOn(organization, OrganizationState.empty(), first, asked));
  }

  private interface Read {
    AtHand read();
  }

  private AtHand longRead(Read read) {
    try {
      if (!longReads.tryAcquire(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new LedgerBusyException("too many long histories are being read", null);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LedgerBusyException("interrupted before the organisation was read", e);
    }
    try {
      return read.read();
    } finally {
      longReads.release();
    }
  }

  private AtHand readOn(
      String organization, OrganizationState from, List<Committed> first, long asked) {
    AtHand atHand = atHand(from, first, asked);
    while (true) {
      long before = nanoTime.getAsLong();
      List<Committed> page = history.from(organization, atHand.state().position() + 1, PAGE);
      page.forEach(atHand::replay);
      atHand.organization().keep();
      if (page.size() < PAGE) {
        atHand.seen(before);
        return atHand;
      }
    }
  }

  private static AtHand atHand(OrganizationState from, List<Committed> first, long asked) {
    var atHand = new AtHand(new Organization(from), from.position(), asked);
    first.forEach(atHand::replay);
    atHand.organization().keep();
    return atHand;
  }

  /**
   * To be called under the repository's lock for it.
   *
   * @throws NotAtHandException when it isn't there, or no longer
   */
  AtHand take(String organization) {
    AtHand atHand = recent.get(organization);
    if (atHand == null) {
      throw new NotAtHandException();
    }
    return atHand;
  }

  /** What a command has made of it is committed; the lock is still held. */
  void used(String organization, AtHand atHand) {
    recent.weigh(organization, atHand, atHand.state().bytes());
    snapshotIfDue(organization, atHand);
  }

  /** Reads it anew next time. */
  void forget(String organization) {
    recent.remove(organization);
  }

  /** Of all that are in memory, about. */
  long bytes() {
    return recent.bytes();
  }

  private void snapshotIfDue(String organization, AtHand atHand) {
    if (atHand.isSnapshotDue(snapshotEvery)
        && writer.store(organization, OrganizationSnapshot.of(atHand.state()))) {
      atHand.snapshotTaken();
    }
  }
}
