package dev.keyledger.events;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import org.jspecify.annotations.Nullable;

/**
 * Who asked for what became an event.
 *
 * @param person {@code null} for the platform itself
 * @param member the person's membership of the event's organisation; {@code null} for an operator
 */
public record Actor(
    Kind kind, @Nullable PersonId person, @Nullable MemberId member, @Nullable SessionId session) {
  public enum Kind {
    OPERATOR,
    MEMBER,
    /** No person asked: an end came due. */
    SYSTEM
  }

  public static final Actor SYSTEM = new Actor(Kind.SYSTEM, null, null, null);
}
