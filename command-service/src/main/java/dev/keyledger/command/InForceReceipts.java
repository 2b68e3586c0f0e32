package dev.keyledger.command;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;

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

  /** What is known of the position by now, without waiting. */
  Receipt soFar(OrganizationId organization, long position);
}
