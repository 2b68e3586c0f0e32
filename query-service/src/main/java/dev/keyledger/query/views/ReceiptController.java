package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.receipts.KeyReceipt;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.views.KeptReceipts.EndedKey;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations/{org}/keys/{key}/receipt", produces = "application/json")
class ReceiptController {
  private final Reads reads;
  private final KeyViews keys;
  private final KeptReceipts receipts;

  ReceiptController(Reads reads, KeyViews keys, KeptReceipts receipts) {
    this.reads = reads;
    this.keys = keys;
    this.receipts = receipts;
  }

  /**
   * Of the key's last revocation or suspension, as it has become since it was answered: a receipt
   * that isn't in force is waited for a second. 404 {@code receipt_not_found} for a key that was
   * neither revoked nor suspended, or longer ago than receipts are kept.
   */
  @GetMapping
  @Requires(Permissions.API_KEYS_READ)
  ResponseEntity<KeyReceipt> receipt(
      Caller caller,
      @PathVariable String org,
      @PathVariable String key,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    ResponseEntity<EndedKey> seen =
        reads.of(
            caller,
            org,
            atLeast,
            snapshot -> {
              KeyController.mustSeeKeys(caller, snapshot);
              return KeyController.idOf(key)
                  .filter(id -> keys.find(snapshot, id).isPresent())
                  .map(id -> new EndedKey(snapshot.organization(), id))
                  .orElseThrow(KeyController::notFound);
            });
    EndedKey ended = Objects.requireNonNull(seen.getBody());
    // The snapshot's transaction is over: no connection waits for another service.
    KeptReceipts.Kept kept =
        receipts
            .find(ended)
            .orElseThrow(() ->
                Problem.of(404, "receipt_not_found", "There is no receipt of the key.")
                    .toException());
    List<ToldReceiver> receivers =
        caller.may(Permissions.SUBSCRIPTIONS_READ) ? kept.receivers() : null;
    return ResponseEntity.status(seen.getStatusCode())
        .headers(seen.getHeaders())
        .body(KeyReceipt.of(kept.receipt(), receivers, ended.organization(), ended.key()));
  }
}
