package dev.keyledger.kit.decide;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What an access token says. Token-service makes one where it has issued the token or has verified
 * its signature or seal; whether the token still holds is another question.
 *
 * @param subject the person, or the key
 * @param organization {@code null} for an operator
 * @param environment {@code null} for a person
 * @param secret names the key's secret that the token was obtained with
 * @param narrowed whether less was asked for than the key may do; otherwise what it may do is
 *     computed anew at every introspection
 * @param addressBound whether the organisation's IP allowlist was in force for it at issue
 * @param position highest position of the organisation that was applied when the scope was computed
 */
public record AccessClaims(
    Kind kind,
    String jti,
    String subject,
    @Nullable OrganizationId organization,
    @Nullable String slug,
    @Nullable MemberId member,
    @Nullable SessionId session,
    @Nullable KeyId key,
    @Nullable String secret,
    @Nullable String environment,
    Set<String> scope,
    boolean narrowed,
    boolean addressBound,
    long position,
    Instant issuedAt,
    Instant expiresAt) {

  public AccessClaims {
    scope = Set.copyOf(scope);
  }

  public enum Kind {
    OPERATOR,
    MEMBER,
    API_KEY
  }

  /**
   * Whether it is a person's who acts for themselves alone, having no active organisation or a
   * second step yet to enrol: good for their own account here, and nowhere else.
   */
  public boolean isForOwnAccountAlone() {
    return kind == Kind.MEMBER && member == null;
  }

  /** The person of an operator's or a member's token. */
  public @Nullable PersonId person() {
    return kind == Kind.API_KEY ? null : new PersonId(subject);
  }
}
