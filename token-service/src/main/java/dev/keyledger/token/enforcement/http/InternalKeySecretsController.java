package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.KeyEntry;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.access.SecretEntry;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** What command-service asks before it says of keys that a secret of them was found. */
@RestController
@RequestMapping("/internal/v1/keys")
class InternalKeySecretsController {
  private static final int MOST = 1_000;
  private static final int VERIFIER_BYTES = 32;

  /**
   * @param verifiers base64url, 1,000 at most
   */
  record Question(@Nullable List<@Nullable String> verifiers) {
    @Override
    public String toString() {
      return "[verifiers]";
    }
  }

  /**
   * @param live whether no event ended it; by the clock it may have
   */
  record Found(String verifier, OrganizationId organization, KeyId key, boolean live) {
    @Override
    public String toString() {
      return "[secret of " + key + "]";
    }
  }

  /**
   * @param keys of those verifiers that a key remembers, which are its last two
   * @param complete whether the others are nobody's; {@code false} while a key may be missing here
   */
  record Answer(List<Found> keys, boolean complete) {}

  private final AccessState state;
  private final ReplicaFreshness freshness;

  InternalKeySecretsController(AccessState state, ReplicaFreshness freshness) {
    this.state = state;
    this.freshness = freshness;
  }

  /** 503 {@code not_fresh} while this replica may be behind. */
  @PostMapping("/of-secrets")
  @InternalEndpoint(ServicePair.COMMAND_TO_TOKEN)
  ResponseEntity<Answer> ofSecrets(@RequestBody Question question) {
    List<@Nullable String> verifiers = question.verifiers();
    if (verifiers == null || verifiers.size() > MOST) {
      throw Problem.ofField("verifiers", MOST + " at most").toException();
    }
    if (!freshness.isFresh()) {
      throw AccessRefusedException.notFresh();
    }
    var found = new ArrayList<Found>();
    for (String verifier : verifiers) {
      SecretEntry secret = state.secret(bytesOf(verifier));
      if (secret != null) {
        KeyEntry key = secret.key();
        found.add(
            new Found(verifier, key.organizationId(), key.id(), key.state() == KeyState.ACTIVE));
      }
    }
    boolean complete = found.size() == verifiers.size() || !state.hidesKeys();
    return ResponseEntity.ok()
        .cacheControl(CacheControl.noStore())
        .body(new Answer(found, complete));
  }

  private static byte[] bytesOf(@Nullable String verifier) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(verifier == null ? "" : verifier);
      if (bytes.length == VERIFIER_BYTES) {
        return bytes;
      }
    } catch (IllegalArgumentException e) {
      // It is refused below.
    }
    throw Problem.ofField("verifiers", "A verifier is 32 bytes of base64url.").toException();
  }
}
