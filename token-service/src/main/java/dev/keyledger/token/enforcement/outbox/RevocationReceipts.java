package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipts;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.springframework.stereotype.Component;

/** Waits until what ended is in force at every replica. */
@Component
public final class RevocationReceipts {
  private final Receipts receipts;

  RevocationReceipts(Receipts receipts) {
    this.receipts = receipts;
  }

  /**
   * Whether all of them are by then. Asked after the commit, and before the relay can have sent
   * them for long: a position whose record went by unseen counts as not in force.
   */
  public boolean await(List<StreamPosition> ended, Duration atMost) {
    List<CompletableFuture<Receipt>> answers =
        ended.stream()
            .map(position -> receipts.await(position.stream(), position.position(), atMost))
            .toList();
    // Each completes by itself in time, and never exceptionally.
    return answers.stream().map(CompletableFuture::join).allMatch(Receipt::inForce);
  }
}
