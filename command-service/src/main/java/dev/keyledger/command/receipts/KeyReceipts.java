package dev.keyledger.command.receipts;

import dev.keyledger.command.InForceReceipts;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.receipts.Receipt;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** What is known of the receipts of keys' last ends, at whichever replica they were decided. */
@Component
public final class KeyReceipts {
  private static final Duration PATIENCE = Duration.ofSeconds(1);

  private final KeyReceiptTable table;
  private final InForceReceipts receipts;
  private final InForceTimes times;
  private final Duration firstLook;

  KeyReceipts(
      KeyReceiptTable table,
      InForceReceipts receipts,
      InForceTimes times,
      @Value("${keyledger.max-staleness:PT2S}") Duration maxStaleness) {
    this.table = table;
    this.receipts = receipts;
    this.times = times;
    // By then each replica that holds followers has said whom, or is about to be missed.
    this.firstLook = maxStaleness.plusSeconds(1);
  }

  /**
   * Of one that isn't in force yet, after waiting a second for it.
   *
   * @return empty where the key was never ended, or longer ago than receipts are kept
   */
  public Optional<Receipt> find(OrganizationId organization, KeyId key) {
    Optional<KeptReceipt> kept = table.find(organization, key);
    if (kept.isPresent() && kept.get().inForceAt() == null) {
      await(kept.get());
      kept = table.find(organization, key);
    }
    return kept.map(this::known).map(KeptReceipt::receipt);
  }

  private void await(KeptReceipt pending) {
    Long toldAt = pending.awaitedAtFollowers();
    Receipt waited = receipts.await(pending.organization(), pending.position(), toldAt, PATIENCE);
    keep(pending.organization(), pending.position(), toldAt, waited);
  }

  private KeptReceipt known(KeptReceipt kept) {
    return kept.complete() ? kept : kept.with(receipts.soFar(kept.organization(), kept.position()));
  }

  /**
   * Of all that had ended by a position, where that is in force.
   *
   * @param toldAt up to where those who follow were waited for; {@code null} where they were not
   */
  void keep(OrganizationId organization, long position, @Nullable Long toldAt, Receipt receipt) {
    Instant at = receipt.inForceAt();
    if (at == null) {
      return;
    }
    List<Instant> decided;
    do {
      decided = table.inForce(organization, position, toldAt, receipt, firstLook);
      decided.forEach(decidedAt -> times.add(decidedAt, at));
    } while (decided.size() == KeyReceiptTable.AT_ONCE);
  }
}
