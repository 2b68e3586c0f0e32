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
 * An authenticator that knows by other means than this library's who a credential stands for, and
 * vouches for it: token-service by its own state, a test by what it says.
 */
public abstract class VouchingAuthenticator implements Authenticator {
  /**
   * @param permissions what the credential may do, at the time of this call
   * @param address of the client that presented it
   */
  protected static Caller vouchFor(
      Caller.Kind kind,
      @Nullable OrganizationId organization,
      @Nullable String slug,
      @Nullable PersonId person,
      @Nullable MemberId member,
      @Nullable KeyId key,
      @Nullable SessionId session,
      Set<String> permissions,
      @Nullable String environment,
      Instant issuedAt,
      String address) {
    return new Caller(
        kind,
        organization,
        slug,
        person,
        member,
        key,
        session,
        permissions,
        environment,
        issuedAt,
        address);
  }
}
