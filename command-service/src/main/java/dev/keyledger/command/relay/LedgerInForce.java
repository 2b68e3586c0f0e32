package dev.keyledger.command.relay;

import dev.keyledger.command.InForce;
import dev.keyledger.command.Receipt;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.subscriber.receipts.Receipts;
import java.time.Duration;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Receipts for positions of the ledger. A position whose commit this replica did not see, since it
 * is older than the process or than its memory, is looked up in the ledger and compared with the
 * relay's token.
 */
final class LedgerInForce implements InForce, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(LedgerInForce.class);

  /** Longer than anybody may wait. */
  private static final Duration FORGOTTEN_AFTER = Duration.ofSeconds(35);

  // A fresh position is in force long before; looking it up would be a query for nothing.
  private static final Duration LOOK_UP_AFTER = Duration.ofMillis(100);

  private final Receipts receipts;
  private final PublishedTokens tokens;
  private final LedgerLog ledger;
  private final ExecutorService lookups =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("in-force-", 0).factory());
  private final Executor later =
      CompletableFuture.delayedExecutor(LOOK_UP_AFTER.toMillis(), TimeUnit.MILLISECONDS, lookups);

  LedgerInForce(Receipts receipts, PublishedTokens tokens, LedgerLog ledger) {
    this.receipts = receipts;
    this.tokens = tokens;
    this.ledger = ledger;
  }

  @Override
  public CompletionStage<Receipt> whenInForce(OrganizationId organization, long position) {
    var inForce = new CompletableFuture<Receipt>();
    var awaited = receipts.await(organization.value(), position, FORGOTTEN_AFTER);
    awaited.thenAccept(receipt -> {
      if (receipt.inForce()) {
        inForce.complete(toReceipt(receipt));
      }
    });
    later.execute(() -> {
      if (!awaited.isDone()) {
        lookUp(organization, position);
      }
    });
    return inForce;
  }

  @Override
  public Receipt soFar(OrganizationId organization, long position) {
    return toReceipt(receipts.soFar(organization.value(), position));
  }

  private void lookUp(OrganizationId organization, long position) {
    try {
      OptionalLong index = ledger.indexOf(organization, position);
      if (index.isEmpty()) {
        return;
      }
      if (tokens.settled().covers(index.getAsLong())) {
        receipts.settled(organization.value(), position);
      } else if (tokens.newest().covers(index.getAsLong())) {
        receipts.committed(organization.value(), position);
      }
    } catch (RuntimeException e) {
      log.warn("Position {} of {} could not be looked up", position, organization, e);
    }
  }

  private static Receipt toReceipt(dev.keyledger.subscriber.receipts.Receipt receipt) {
    return new Receipt(
        receipt.position(),
        receipt.inForce(),
        receipt.inForceAt(),
        receipt.consumers().stream()
            .map(c -> new Receipt.Consumer(c.name(), c.instance(), c.appliedAt()))
            .toList());
  }

  @Override
  public void close() {
    lookups.shutdownNow();
  }
}
