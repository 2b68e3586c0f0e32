package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.ReceiptRules;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.Receipts;
import dev.keyledger.token.enforcement.access.AccessState;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Waits until what ended is in force at every replica. */
@Component
public final class RevocationReceipts {
  private final Receipts receipts;
  private final AccessState access;

  RevocationReceipts(Receipts receipts, AccessState access) {
    this.receipts = receipts;
    this.access = access;
  }

  /**
   * Whether all of them are by then. Asked after the commit, and before the relay can have sent
   * them for long: a position whose record went by unseen counts as not in force. Where the
   * organisation's policy says so, those who follow over HTTP have them too.
   */
  public boolean await(List<StreamPosition> ended, Duration atMost) {
    List<CompletableFuture<Receipt>> answers =
        ended.stream()
            .map(position ->
                receipts.await(position.stream(), position.position(), toldAt(position), atMost))
            .toList();
    // Each completes by itself in time, and never exceptionally.
    return answers.stream().map(CompletableFuture::join).allMatch(Receipt::inForce);
  }

  private @Nullable Long toldAt(StreamPosition ended) {
    String organization = Revocation.organizationOf(ended.stream());
    OrganizationRules rules =
        organization == null ? null : access.organization(new OrganizationId(organization));
    boolean byFollowers =
        rules != null
            && rules.access().policy().receiptsWaitFor() == ReceiptRules.WaitFor.FOLLOWERS;
    return byFollowers ? (Long) ended.position() : null;
  }
}
