package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import java.time.Instant;
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

  record ExposureQuestion(
      @Nullable OrganizationId organization, @Nullable KeyId key, @Nullable Instant since) {}

  private final KeyUsage usage;
  private final KeyExposure exposure;

  InternalKeyUsageController(KeyUsage usage, KeyExposure exposure) {
    this.usage = usage;
    this.exposure = exposure;
  }

  /** Of a key that isn't that organisation's there is nothing. */
  @PostMapping("/exposure")
  @InternalEndpoint(ServicePair.QUERY_TO_TOKEN)
  ResponseEntity<KeyExposure.Of> exposure(@RequestBody ExposureQuestion question) {
    OrganizationId organization = needed("organization", question.organization());
    KeyId key = needed("key", question.key());
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(exposure.since(organization, key, needed("since", question.since())));
  }

  /** Of a key that isn't that organisation's there is nothing. */
  @PostMapping("/usage")
  @InternalEndpoint(ServicePair.QUERY_TO_TOKEN)
  ResponseEntity<KeyUsage.Of> usage(@RequestBody Question question) {
    KeyId key = needed("key", question.key());
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(usage.of(needed("organization", question.organization()), key));
  }

  private static <T> T needed(String field, @Nullable T value) {
    if (value == null) {
      throw Problem.ofField(field, "The field is missing.").toException();
    }
    return value;
  }
}
