package dev.keyledger.query.projection.tables;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.SubscriptionEvent;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What history keeps beside an event's record, and the record says itself. */
public record EventColumns(
    Instant at,
    String type,
    @Nullable UUID subject,
    @Nullable UUID actor,
    String actorKind,
    @Nullable UUID session,
    @Nullable String requestId,
    @Nullable String words) {
  private static final String[] ACTOR_KINDS =
      Stream.of(Actor.Kind.values())
          .map(kind -> kind.name().toLowerCase(Locale.ROOT))
          .toArray(String[]::new);

  /** As {@link #of(ResultSet, int)} reads them. */
  public static final String NAMES =
      "at, type, subject, actor, actor_kind, session, request_id, words";

  /** Those that an event has. */
  public static EventColumns of(LedgerEvent event) {
    return new EventColumns(
        event.event().at(),
        EventTypes.nameOf(event.event()),
        subject(event),
        event.actor().member() == null ? null : event.actor().member().uuid(),
        ACTOR_KINDS[event.actor().kind().ordinal()],
        event.actor().session() == null ? null : event.actor().session().uuid(),
        event.origin().requestId(),
        SearchColumns.words(event.event()));
  }

  /**
   * @param first number of the first of them
   */
  public static EventColumns of(ResultSet row, int first) throws SQLException {
    return new EventColumns(
        row.getObject(first, OffsetDateTime.class).toInstant(),
        row.getString(first + 1),
        row.getObject(first + 2, UUID.class),
        row.getObject(first + 3, UUID.class),
        String.valueOf(row.getString(first + 4)),
        row.getObject(first + 5, UUID.class),
        row.getString(first + 6),
        row.getString(first + 7));
  }

  private static @Nullable UUID subject(LedgerEvent event) {
    return switch (event.event()) {
      case KeyEvent e -> e.key().uuid();
      case MemberEvent e -> e.member().uuid();
      case PersonEvent e -> e.person().uuid();
      case SubscriptionEvent e -> e.subscription().uuid();
      case StandingEvent e -> null;
    };
  }
}
