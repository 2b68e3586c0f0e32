package dev.keyledger.command.api;

import dev.keyledger.command.receipts.KeyReceipts;
import dev.keyledger.command.receipts.ToldReceivers;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.ToldReceiver;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Receipts of keys' last ends, for query-service, which knows who may ask. */
@RestController
@RequestMapping(path = "/internal/v1/keys", produces = "application/json")
class KeyReceiptQuestions {
  record Question(@Nullable OrganizationId organization, @Nullable KeyId key) {}

  /**
   * @param receipt {@code null} where there is none
   * @param receivers who is told of that end by subscriptions, as far as known
   */
  record Answer(@Nullable Receipt receipt, List<ToldReceiver> receivers) {}

  private final KeyReceipts receipts;
  private final ToldReceivers receivers;

  KeyReceiptQuestions(KeyReceipts receipts, ToldReceivers receivers) {
    this.receipts = receipts;
    this.receivers = receivers;
  }

  /** Of one that isn't in force yet, after waiting a second for it. */
  @PostMapping("/receipt")
  @InternalEndpoint(ServicePair.QUERY_TO_COMMAND)
  Answer receipt(@RequestBody Question body) {
    OrganizationId organization = Body.required("organization", body.organization());
    KeyId key = Body.required("key", body.key());
    return new Answer(
        receipts.find(organization, key).orElse(null), receivers.of(organization, key));
  }
}
