package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What query-service asks before it shows who uses a key. */
@RestController
@RequestMapping("/internal/v1/keys")
class InternalKeyUsageController {
  record Question(@Nullable OrganizationId organization, @Nullable KeyId key) {}

  private final KeyUsage usage;

  InternalKeyUsageController(KeyUsage usage) {
    this.usage = usage;
  }

  /** Of a key that isn't that organisation's there is nothing. */
  @PostMapping("/usage")
  @InternalEndpoint(ServicePair.QUERY_TO_TOKEN)
  ResponseEntity<KeyUsage.Of> usage(@RequestBody Question question) {
    if (question.organization() == null || question.key() == null) {
      throw Problem.ofField(
              question.key() == null ? "key" : "organization", "The field is missing.")
          .toException();
    }
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(usage.of(question.organization(), question.key()));
  }
}
