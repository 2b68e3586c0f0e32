package dev.keyledger.command;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.LoggerFactory;

/** Knows when what the ledger decided is in force wherever it is enforced. */
public interface InForceReceipts {

  /**
   * Completes when the position is in force, and not before; it may take for ever while the relay
   * or its consumers are down, so the caller bounds the wait.
   *
   * @param position of an event that is committed
   * @param toldAt of an event up to it which those who follow over HTTP have to have too; {@code
   *     null} where nobody waits for them
   */
  CompletionStage<Receipt> whenInForce(
      OrganizationId organization, long position, @Nullable Long toldAt);

  /**
   * The same after waiting for it so long at most: a receipt that is in force, or what is known.
   */
  default Receipt await(
      OrganizationId organization, long position, @Nullable Long toldAt, Duration atMost) {
    if (!atMost.isZero()) {
      CompletableFuture<Receipt> coming =
          whenInForce(organization, position, toldAt).toCompletableFuture();
      try {
        return coming.get(atMost.toMillis(), TimeUnit.MILLISECONDS);
      } catch (TimeoutException e) {
        coming.cancel(false);
      } catch (ExecutionException e) {
        LoggerFactory.getLogger(InForceReceipts.class)
            .warn("It is not known whether {} at {} is in force", organization, position, e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    return soFar(organization, position);
  }

  /** What is known of the position by now, without waiting. */
  Receipt soFar(OrganizationId organization, long position);
}
