package dev.keyledger.client;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The claims of an access token that this library has verified. Whether it was revoked since is
 * another question, for {@link dev.keyledger.client.revocations.RevocationView}.
 *
 * @param id {@code jti}
 * @param position of the organisation, as the issuer knew it when it worked out the permissions; −1
 *     for a token that names none
 * @param addressBound whether only token-service can tell if the client's address is allowed
 */
public record AccessToken(
    String id,
    Caller.Kind kind,
    String subject,
    @Nullable OrganizationId organization,
    @Nullable String slug,
    @Nullable MemberId member,
    @Nullable SessionId session,
    @Nullable KeyId key,
    @Nullable String environment,
    Set<String> permissions,
    Instant issuedAt,
    Instant expiresAt,
    long position,
    boolean addressBound) {

  public AccessToken {
    permissions = Set.copyOf(permissions);
  }

  /** The same token where what its holder may do can't be told now. */
  AccessToken withoutPermissions() {
    return new AccessToken(
        id,
        kind,
        subject,
        organization,
        slug,
        member,
        session,
        key,
        environment,
        Set.of(),
        issuedAt,
        expiresAt,
        position,
        addressBound);
  }

  /** The one it speaks for, at an address. */
  Caller callerAt(String address) {
    return new Caller(
        kind,
        organization,
        slug,
        subject.startsWith(PersonId.PREFIX) ? new PersonId(subject) : null,
        member,
        key,
        session,
        permissions,
        environment,
        issuedAt,
        address);
  }
}
