package dev.keyledger.command.api;

import dev.keyledger.command.receipts.KeyReceipts;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.receipts.Receipt;
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
   */
  record Answer(@Nullable Receipt receipt) {}

  private final KeyReceipts receipts;

  KeyReceiptQuestions(KeyReceipts receipts) {
    this.receipts = receipts;
  }

  /** Of one that isn't in force yet, after waiting a second for it. */
  @PostMapping("/receipt")
  @InternalEndpoint(ServicePair.QUERY_TO_COMMAND)
  Answer receipt(@RequestBody Question body) {
    return new Answer(
        receipts
            .find(
                Body.required("organization", body.organization()),
                Body.required("key", body.key()))
            .orElse(null));
  }
}
