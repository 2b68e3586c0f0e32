package dev.keyledger.command.relay;

import dev.keyledger.command.InForceReceipts;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipts;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Receipts for positions of the ledger. A position whose commit this replica did not see, since it
 * is older than the process or than its memory, is looked up in the ledger and compared with what
 * the relay has published.
 */
@Component
final class LedgerReceipts implements InForceReceipts, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LedgerReceipts.class);

  /** Longer than a client may wait. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(95);

  // A fresh position is in force long before; looking it up would be a query for nothing.
  private static final Duration LOOK_UP_AFTER = Duration.ofMillis(100);
  private static final Duration COMPARE_EVERY = Duration.ofMillis(250);

  private final Receipts receipts;
  private final PublishedTokens tokens;
  private final LedgerLog ledger;
  private final DataSource positions;
  private final ExecutorService lookups =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("in-force-", 0).factory());

  @Autowired
  LedgerReceipts(
      Receipts receipts, PublishedTokens tokens, LedgerLog ledger, RelayConnections connections) {
    this(receipts, tokens, ledger, connections.pooled());
  }

  LedgerReceipts(
      Receipts receipts, PublishedTokens tokens, LedgerLog ledger, DataSource positions) {
    this.receipts = receipts;
    this.tokens = tokens;
    this.ledger = ledger;
    this.positions = positions;
  }

  @Override
  public CompletionStage<Receipt> whenInForce(
      OrganizationId organization, long position, @Nullable Long toldAt) {
    var inForce = new CompletableFuture<Receipt>();
    var awaited = receipts.await(organization.value(), position, toldAt, FORGOTTEN_AFTER);
    awaited.thenAccept(receipt -> {
      if (receipt.inForce()) {
        inForce.complete(receipt);
      }
    });
    // Whoever gives up doesn't have it looked up any more.
    inForce.whenComplete((receipt, givenUp) -> {
      if (givenUp != null) {
        awaited.cancel(false);
      }
    });
    after(LOOK_UP_AFTER, () -> lookUp(organization, position, awaited));
    return inForce;
  }

  @Override
  public Receipt soFar(OrganizationId organization, long position) {
    return receipts.soFar(organization.value(), position);
  }

  private void lookUp(
      OrganizationId organization, long position, CompletableFuture<Receipt> awaited) {
    if (awaited.isDone()) {
      return;
    }
    try {
      OptionalLong index = ledger.indexOf(organization.value(), position);
      if (index.isPresent()) {
        compare(organization, position, index.getAsLong(), awaited);
      }
    } catch (RuntimeException e) {
      log.warn("Position {} of {} could not be looked up", position, organization, e);
    }
  }

  /** Again and again, since a process that has just begun has not heard of any token yet. */
  private void compare(
      OrganizationId organization, long position, long index, CompletableFuture<Receipt> awaited) {
    if (awaited.isDone()) {
      return;
    }
    try {
      if (isSettled(organization, position, index)) {
        return;
      }
    } catch (RuntimeException e) {
      log.warn("Position {} of {} could not be compared", position, organization, e);
    }
    after(COMPARE_EVERY, () -> compare(organization, position, index, awaited));
  }

  private boolean isSettled(OrganizationId organization, long position, long index) {
    if (isPublished(organization.value(), position)) {
      if (tokens.settled().hasPublished(index, organization.value(), position)) {
        receipts.settled(organization.value(), position);
        return true;
      }
      if (tokens.newest().hasPublished(index, organization.value(), position)) {
        receipts.committed(organization.value(), position);
      }
    }
    return false;
  }

  /** The token alone would take an event that was skipped for one that was published. */
  private boolean isPublished(String organization, long position) {
    return PublishedPositions.read(positions, organization).orElse(-1) >= position;
  }

  private void after(Duration delay, Runnable action) {
    CompletableFuture.delayedExecutor(delay.toMillis(), TimeUnit.MILLISECONDS, lookups)
        .execute(action);
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
