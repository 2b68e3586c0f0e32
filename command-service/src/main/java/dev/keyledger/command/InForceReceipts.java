package dev.keyledger.command;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import java.util.concurrent.CompletionStage;

/** Knows when what the ledger decided is in force wherever it is enforced. */
public interface InForceReceipts {

  /**
   * Completes when the position is in force, and not before; it may take for ever while the relay
   * or its consumers are down, so the caller bounds the wait.
   *
   * @param position of an event that is committed
   */
  CompletionStage<Receipt> whenInForce(OrganizationId organization, long position);

  /** What is known of the position by now, without waiting. */
  Receipt soFar(OrganizationId organization, long position);
}
