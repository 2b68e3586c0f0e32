package dev.keyledger.query.views;

import dev.keyledger.events.Topics;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** An organisation's events behind a position, for who follows them, in pages of bounded size. */
@Component
class FollowedEvents {
  /** What is asked for. */
  record Wanted(
      OrganizationId organization, long after, int limit, int bytes, @Nullable List<String> types) {
    String[] typeNames() {
      return types == null ? new String[0] : types.toArray(String[]::new);
    }
  }

  /**
   * @param record as it was published
   */
  record FollowedEvent(long position, byte[] record) {}

  /**
   * How far a topic is in the views.
   *
   * @param topic its id
   * @param offset of the organisation's partition: what lies before it is in the views
   */
  record Mark(String topic, long offset) {}

  /**
   * @param previous the position of the last event of these types at or before {@code after}
   * @param position of the organisation, as the views have it; -1 where they have none
   * @param more whether there are more of these in the views
   * @param upTo {@code null} where the views may lack something of the organisation that the topic
   *     has told, or the topic something that the views have
   */
  record EventsPage(
      List<FollowedEvent> items,
      @Nullable Long previous,
      long position,
      boolean more,
      @Nullable Mark upTo) {}

  private record HistoryEnd(long position, @Nullable Mark upTo) {}

  private static final String PLACE =
      "select coalesce(p.position, -1), o.topic_id, o.next_offset, o.unseen = 0 and "
          + HaltedViews.REASON
          + " is null from offsets@ o left join positions@ p on p.organization = :organization"
          + " where o.kafka_partition = :partition";

  private static final String OF_ALL_TYPES =
      "select position from events@ where organization = :organization and position > :after order"
          + " by position limit :limit";

  // From each type's own run of the index, and no further than one page of each.
  private static final String OF_TYPES =
      "select found.position from unnest(cast(:types as text[])) asked (type) cross join lateral (select position"
          + " from events@ where organization = :organization and type = asked.type and position >"
          + " :after order by position limit :limit) found order by found.position limit :limit";

  private static final String PREVIOUS =
      "select max(found.position) from unnest(cast(:types as text[])) asked (type) cross join lateral (select"
          + " position from events@ where organization = :organization and type = asked.type and"
          + " position <= :after order by position desc limit 1) found";

  private final Reads reads;
  private final JdbcClient jdbc;

  FollowedEvents(Reads reads) {
    this.reads = reads;
    this.jdbc = reads.jdbc();
  }

  EventsPage behind(Wanted question) {
    return reads.inSnapshot(live -> {
      HistoryEnd place = place(live, question.organization());
      int more = question.limit() + 1;
      List<FollowedEvent> found =
          question.limit() == 0 || place.position() <= question.after()
              ? List.of()
              : found(live, question, more);
      List<FollowedEvent> items = found.subList(0, Math.min(question.limit(), found.size()));
      boolean isShort = items.size() < found.size() || endsBefore(live, question, items);
      return new EventsPage(
          items, previous(live, question), place.position(), isShort, place.upTo());
    });
  }

  private HistoryEnd place(ViewVersion live, OrganizationId organization) {
    return jdbc.sql(live.sql(PLACE))
        .param("organization", organization.uuid())
        .param("partition", Topics.partitionOf(organization))
        .query((row, n) -> place(row))
        .single();
  }

  private static HistoryEnd place(ResultSet row) throws SQLException {
    String topic = row.getString(2);
    boolean lacksNothing = topic != null && row.getBoolean(4);
    return new HistoryEnd(row.getLong(1), lacksNothing ? new Mark(topic, row.getLong(3)) : null);
  }

  /** As many as fit, the first in any case: what is larger is cut before it is read. */
  private List<FollowedEvent> found(ViewVersion live, Wanted question, int limit) {
    String positions = question.types() == null ? OF_ALL_TYPES : OF_TYPES;
    return jdbc.sql(
            live.sql(
                "select position, record from (select e.position, e.record,"
                    + " sum(octet_length(e.record)) over (order by e.position) as size,"
                    + " row_number() over (order by e.position) as number from ("
                    + positions
                    + ") p join events@ e on e.organization = :organization and e.position ="
                    + " p.position) sized where size <= :bytes or number = 1 order by position"))
        .param("organization", question.organization().uuid())
        .param("types", question.typeNames())
        .param("after", question.after())
        .param("limit", limit)
        .param("bytes", question.bytes())
        .query((row, n) -> new FollowedEvent(row.getLong(1), row.getBytes(2)))
        .list();
  }

  /** Whether there are any of these behind the last one. */
  private boolean endsBefore(ViewVersion live, Wanted question, List<FollowedEvent> items) {
    return !items.isEmpty()
        && !jdbc.sql(live.sql(question.types() == null ? OF_ALL_TYPES : OF_TYPES))
            .param("organization", question.organization().uuid())
            .param("types", question.typeNames())
            .param("after", items.getLast().position())
            .param("limit", 1)
            .query(Long.class)
            .list()
            .isEmpty();
  }

  private @Nullable Long previous(ViewVersion live, Wanted question) {
    if (question.types() == null) {
      return question.after() < 0 ? null : question.after();
    }
    return jdbc.sql(live.sql(PREVIOUS))
        .param("organization", question.organization().uuid())
        .param("types", question.typeNames())
        .param("after", question.after())
        .query(Long.class)
        .optional()
        .orElse(null);
  }
}
