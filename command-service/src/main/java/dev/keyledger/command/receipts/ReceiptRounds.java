package dev.keyledger.command.receipts;

import dev.keyledger.command.InForceReceipts;
import dev.keyledger.command.ledger.WhenAppended;
import dev.keyledger.command.receipts.KeyReceiptTable.Pending;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.rounds.Recurring;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Keeps what becomes known of receipts. Each replica waits, once for each organisation, for what
 * isn't in force yet, and the first that knows says so; who dies is missed by nobody. What is in
 * force is looked at again by one of them, since followers that it didn't wait for are heard of
 * later.
 */
@Component
@EnableConfigurationProperties(ReceiptSettings.class)
final class ReceiptRounds implements WhenAppended, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ReceiptRounds.class);
  private static final Duration EVERY = Duration.ofSeconds(1);
  private static final int LOOKS = 100;
  private static final int ORGANIZATIONS = 100;

  /** More than whoever waits for followers that keep silent may have to wait. */
  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /**
   * For so long a replica that has just started leaves looks to others: it has read neither who
   * acknowledged what, nor the commits of before, and would take everybody for having heard.
   */
  private static final Duration FOLLOWED_FOR = Duration.ofSeconds(10);

  private final KeyReceiptTable table;
  private final KeyReceipts keyReceipts;
  private final InForceReceipts receipts;
  private final Clock clock;
  private final AgreedClock agreed;
  private final Duration kept;
  private final Set<OrganizationId> waitedFor = ConcurrentHashMap.newKeySet();
  private final AtomicBoolean woken = new AtomicBoolean();
  private volatile @Nullable ScheduledExecutorService scheduler;
  private volatile long startedAt;

  ReceiptRounds(
      KeyReceiptTable table,
      KeyReceipts keyReceipts,
      InForceReceipts receipts,
      Clock clock,
      AgreedClock agreed,
      ReceiptSettings settings) {
    this.table = table;
    this.keyReceipts = keyReceipts;
    this.receipts = receipts;
    this.clock = clock;
    this.agreed = agreed;
    this.kept = settings.kept();
  }

  @Override
  public void appended() {
    if (table.takeBegun()) {
      wake();
    }
  }

  private void wake() {
    ExecutorService running = scheduler;
    if (running != null && woken.compareAndSet(false, true)) {
      try {
        running.execute(this::awaitPending);
      } catch (RejectedExecutionException e) {
        log.debug("This replica stops; others wait for what is not in force");
      }
    }
  }

  private void awaitPending() {
    woken.set(false);
    attempt(
        "read", "what is not in force", () -> table.pending(ORGANIZATIONS).forEach(this::await));
  }

  private void await(Pending pending) {
    ExecutorService running = scheduler;
    OrganizationId organization = pending.organization();
    if (running == null || !waitedFor.add(organization)) {
      return;
    }
    receipts
        .whenInForce(organization, pending.position(), pending.toldAt())
        .toCompletableFuture()
        .orTimeout(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
        // By one connection, however many come into force at once: the others are for commands.
        .whenCompleteAsync(
            (receipt, late) -> {
              waitedFor.remove(organization);
              if (receipt != null) {
                attempt(
                    "kept",
                    pending,
                    () -> {
                      keyReceipts.keep(organization, pending.position(), pending.toldAt(), receipt);
                      // Not where it couldn't be kept: the next round tries that again.
                      wake();
                    });
              }
            },
            running);
  }

  private void tick() {
    awaitPending();
    if (System.nanoTime() - startedAt >= FOLLOWED_FOR.toNanos()) {
      attempt("looked at", "some", () -> table.claim(LOOKS).forEach(this::look));
    }
    attempt("forgotten", "some", this::forget);
  }

  private void look(KeptReceipt one) {
    attempt(
        "looked at",
        one.key(),
        () -> {
          KeptReceipt known = one.with(receipts.soFar(one.organization(), one.position()));
          Instant now = clock.instant();
          table.looked(known, known.nextLook(now));
        });
  }

  private void forget() {
    int forgotten = LOOKS;
    while (forgotten == LOOKS) {
      forgotten = table.forget(agreed.instant().minus(kept), LOOKS);
    }
  }

  /** One that fails keeps no other from its turn, and is tried again. */
  private static void attempt(String what, Object of, Runnable action) {
    try {
      action.run();
    } catch (RuntimeException | Error e) {
      log.warn("Receipts were not {} yet: {}", what, of, e);
    }
  }

  @Override
  public void start() {
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("keyledger-key-receipts").factory());
    startedAt = System.nanoTime();
    waitedFor.clear();
    scheduler = started;
    var unused =
        Recurring.every(
            started, EVERY, EVERY, this::tick, e -> log.warn("Receipts were not looked at", e));
  }

  @Override
  public void stop() {
    ScheduledExecutorService running = scheduler;
    scheduler = null;
    if (running != null) {
      running.shutdown();
      try {
        if (!running.awaitTermination(5, TimeUnit.SECONDS)) {
          running.shutdownNow();
        }
      } catch (InterruptedException e) {
        running.shutdownNow();
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return scheduler != null;
  }
}
