package dev.keyledger.kit.receipts;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The receipt of a key's end, or of a secret's, as clients see it.
 *
 * @param receivers who else is told of the key's end, by subscriptions, as far as known; {@code
 *     null}, and left out, where that isn't told
 * @param proof where query-service proves that the log has the event that ended it
 */
public record KeyReceipt(
    long position,
    boolean inForce,
    @Nullable Instant inForceAt,
    List<Receipt.Consumer> consumers,
    @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable List<ToldReceiver> receivers,
    String proof) {
  private static final String PROOF = "/v1/organizations/%s/log/proof?%s=%s&at_least=%d";

  public static KeyReceipt of(
      Receipt receipt,
      @Nullable List<ToldReceiver> receivers,
      OrganizationId organization,
      KeyId key) {
    return of(receipt, receivers, organization, "key", key.value());
  }

  /** Of what ended a part of a key, by the event at the receipt's position. */
  public static KeyReceipt ofEvent(Receipt receipt, OrganizationId organization) {
    return of(receipt, null, organization, "position", String.valueOf(receipt.position()));
  }

  private static KeyReceipt of(
      Receipt receipt,
      @Nullable List<ToldReceiver> receivers,
      OrganizationId organization,
      String by,
      String value) {
    return new KeyReceipt(
        receipt.position(),
        receipt.inForce(),
        receipt.inForceAt(),
        receipt.consumers(),
        receivers,
        PROOF.formatted(organization.value(), by, value, receipt.position()));
  }
}
