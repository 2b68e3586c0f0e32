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
 * @param secret the one secret of the credential that has ended, by its {@link
 *     dev.keyledger.events.credential.SecretName}: where {@code endsTokens}, those that were
 *     obtained with it have ended for ever, those of the credential's other secrets haven't. {@code
 *     null} where the change isn't about one secret
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
    @Nullable Instant expiresAt,
    @Nullable String secret) {
  private static final String SESSIONS = "sessions:";

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
        null,
        null);
  }

  /** The same, of one secret. */
  public Revocation ofSecret(String name) {
    return with(name);
  }

  /** The same, without saying which secret: that is between the platform and itself. */
  public Revocation withoutSecret() {
    return with(null);
  }

  private Revocation with(@Nullable String name) {
    return new Revocation(
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
        expiresAt,
        name);
  }

  public enum Subject {
    TOKEN,
    SESSION,
    CREDENTIAL,
    MEMBER,
    ORGANIZATION
  }

  public enum Effect {
    /** It is dead, for ever. */
    END,
    /**
     * A role, scope, policy, allowlist or an organisation's standing changed: ask token-service
     * about tokens issued before. A suspended organisation's rest until it is reinstated.
     */
    RECHECK
  }

  /**
   * Whose part of the feed a stream is.
   *
   * @return {@code null} for the sessions of a person without an active organisation
   */
  public static @Nullable String organizationOf(String stream) {
    String id = stream.startsWith(SESSIONS) ? stream.substring(SESSIONS.length()) : stream;
    return id.startsWith(OrganizationId.PREFIX) ? id : null;
  }
}
