package dev.keyledger.token.enforcement.tokens;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * What a person's access token is to say; organisation, slug, permissions and position are taken
 * from the access state at the time of issue.
 *
 * @param member the active membership; {@code null} for an operator, or a person without an active
 *     organisation
 * @param at the clock's reading
 * @param lifetime of the token, by the policy of the active organisation
 * @param notAfter the end of the session's refresh token: what can't be refreshed doesn't act
 */
public record SessionGrant(
    PersonId person,
    SessionId session,
    boolean operator,
    @Nullable MemberId member,
    Instant at,
    Duration lifetime,
    Instant notAfter) {}
