package dev.keyledger.command.ledger;

import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.OrganizationEvent;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The event store's table, as far as deciding needs it: what happened, and in which order. */
@Component
final class OrganizationHistory {
  private final JdbcClient jdbc;

  OrganizationHistory(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Who asked for it is read when it is asked for: mostly it isn't. */
  static final class Committed {
    private final long position;
    private final OrganizationEvent event;
    private final byte[] metadata;

    Committed(long position, OrganizationEvent event, byte[] metadata) {
      this.position = position;
      this.event = event;
      this.metadata = metadata;
    }

    long position() {
      return position;
    }

    OrganizationEvent event() {
      return event;
    }

    Actor.Kind by() {
      return EventCodec.decode(metadata, EventMetadata.class).actor().kind();
    }
  }

  /**
   * In one statement: in the transaction that is under way, or by itself.
   *
   * @throws EventCodec.UnknownEventTypeException for an event of a later release, without which
   *     nothing must be decided
   */
  List<Committed> from(String organization, long position, int atMost) {
    return jdbc.sql(
            """
            SELECT position, type, payload, metadata FROM event
            WHERE organization = ? AND position >= ? ORDER BY position LIMIT ?
            """)
        .params(organization, position, atMost)
        .query((rs, n) ->
            new Committed(
                rs.getLong(1),
                EventCodec.decodePayload(rs.getString(2), rs.getBytes(3)),
                rs.getBytes(4)))
        .list();
  }
}
