package dev.keyledger.events.feed;

import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What has ended, or has to be asked about again: a record of {@code revocations.v1}.
 *
 * @param organization whose it is; {@code null} for a session of a person who has no active
 *     organisation
 * @param stream of which {@code position} and {@code previous} are positions: the organisation's id
 *     for what the ledger decided, {@code sessions:<organisation or person>} for sessions
 * @param position in that stream
 * @param previous position of the stream's revocation before this one, so that a gap shows; {@code
 *     null} for the first
 * @param id of the subject; a token's is its {@code jti}
 * @param issuedBefore tokens and sessions issued at or after this instant are not meant
 * @param endsTokens whether access tokens that were obtained with the subject end too; {@code
 *     false} where policy lets them run out
 * @param expiresAt when it would have died by itself, so that it need not be remembered for longer;
 *     {@code null} where that is not known: nothing outlives the longest access token
 */
public record Revocation(
    @Nullable OrganizationId organization,
    String stream,
    long position,
    @Nullable Long previous,
    Subject subject,
    String id,
    Instant issuedBefore,
    Effect effect,
    boolean endsTokens,
    Instant at,
    @Nullable Instant expiresAt) {

  public Revocation(
      @Nullable OrganizationId organization,
      String stream,
      long position,
      @Nullable Long previous,
      Subject subject,
      String id,
      Instant issuedBefore,
      Effect effect,
      boolean endsTokens,
      Instant at) {
    this(
        organization,
        stream,
        position,
        previous,
        subject,
        id,
        issuedBefore,
        effect,
        endsTokens,
        at,
        null);
  }

  public enum Subject {
    TOKEN,
    SESSION,
    CREDENTIAL,
    MEMBER,
    ORGANIZATION
  }

  public enum Effect {
    /** It is dead. */
    END,
    /** A role, scope, policy or allowlist changed: ask token-service about tokens issued before. */
    RECHECK
  }
}
