package dev.keyledger.kit.sessions;

import dev.keyledger.client.AccessToken;
import dev.keyledger.client.Caller;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What a verified access token of a person says, to be compared with its session.
 *
 * @param token its {@code jti}
 * @param member {@code null} for an operator
 */
public record SessionQuestion(
    SessionId session, String token, PersonId person, @Nullable MemberId member, boolean operator) {

  static SessionQuestion about(AccessToken token) {
    return new SessionQuestion(
        Objects.requireNonNull(token.session()),
        token.id(),
        new PersonId(token.subject()),
        token.member(),
        token.kind() == Caller.Kind.OPERATOR);
  }
}
