package dev.keyledger.kit.decide;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * May the holder of this secret do this?
 *
 * @param secret as it was presented, well-formed or not
 * @param uses the key's policy has to allow one of these
 * @param claimedId the key's id, where it is presented beside the secret
 * @param only keys of this organisation; {@code null} for all
 * @param scopes permissions that are needed, each of them
 */
public record KeyQuestion(
    String secret,
    Set<KeyUse> uses,
    @Nullable KeyId claimedId,
    @Nullable OrganizationId only,
    RequestContext context,
    Set<String> scopes) {

  /** Used on a request itself. */
  public static KeyQuestion direct(String secret, RequestContext context, Set<String> scopes) {
    return new KeyQuestion(secret, DIRECT, null, null, context, scopes);
  }

  /** Exchanged for a token, the secret alone. */
  public static KeyQuestion exchange(String secret, RequestContext context) {
    return new KeyQuestion(secret, EXCHANGE, null, null, context, Set.of());
  }

  /** Exchanged for a token, key id and secret: OAuth client credentials, log-in of pairs. */
  public static KeyQuestion login(KeyId id, String secret, RequestContext context) {
    return new KeyQuestion(secret, LOGIN, id, null, context, Set.of());
  }

  public KeyQuestion onlyOf(@Nullable OrganizationId organization) {
    return new KeyQuestion(secret, uses, claimedId, organization, context, scopes);
  }

  @Override
  public String toString() {
    return "[key question]"; // The secret is in here.
  }

  private static final Set<KeyUse> DIRECT = Set.of(KeyUse.DIRECT);
  private static final Set<KeyUse> EXCHANGE = Set.of(KeyUse.EXCHANGE);
  private static final Set<KeyUse> LOGIN = Set.of(KeyUse.LOGIN, KeyUse.EXCHANGE);
}
