package dev.keyledger.kit.receipts;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receipt of a key's end, as clients see it.
 *
 * @param proof where query-service proves that the log has the event that ended the key
 */
public record KeyReceipt(
    long position,
    boolean inForce,
    @Nullable Instant inForceAt,
    List<Receipt.Consumer> consumers,
    String proof) {
  public static KeyReceipt of(Receipt receipt, OrganizationId organization, KeyId key) {
    return new KeyReceipt(
        receipt.position(),
        receipt.inForce(),
        receipt.inForceAt(),
        receipt.consumers(),
        "/v1/organizations/%s/log/proof?key=%s&at_least=%d"
            .formatted(organization.value(), key.value(), receipt.position()));
  }
}
