package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.TopicMark;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The relay's side of the outbox. */
final class OutboxTable {
  private static final long LOCK = 0x6b6c5f6f7574626fL; // "kl_outbo"

  private final JdbcClient jdbc;

  OutboxTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  record Row(long id, OutboxRecord record) {}

  /**
   * Waits for the replica that relays now. A replica that stands still while it holds the lock
   * loses it, since PostgreSQL ends its transaction.
   */
  void lock() {
    // Longer than the producer's delivery timeout, or a slow broker would look like a dead replica.
    execute("set local idle_in_transaction_session_timeout = '15s'");
    execute("set local lock_timeout = '30s'");
    jdbc.sql("select pg_advisory_xact_lock(:lock)")
        .param("lock", LOCK)
        .query((row, number) -> true)
        .single();
  }

  /**
   * By id: within a stream that is the order of positions, since a position is taken before the row
   * is written, under a lock. A row that becomes visible late is found later.
   */
  List<Row> oldest(int atMost) {
    return jdbc.sql("select * from outbox order by id limit :atMost")
        .param("atMost", atMost)
        .query(OutboxTable::row)
        .list();
  }

  /** What ended is remembered beyond its sending, in case Kafka loses it. */
  void sent(List<Row> rows) {
    if (!rows.isEmpty()) {
      jdbc.sql(
              """
              with gone as (delete from outbox where id in (:ids) returning *)
              insert into outbox_sent (id, topic, partition, record_key, event_id, event_type, subject,
                                       organization, position, body, happened_at)
              select id, topic, partition, record_key, event_id, event_type, subject,
                     organization, position, body, happened_at
              from gone where topic = :revocations
              """)
          .param("ids", rows.stream().map(Row::id).toList())
          .param("revocations", Topics.REVOCATIONS)
          .update();
    }
  }

  /** Has all that is remembered sent once more, in its order and before anything younger. */
  int sendAgain() {
    return jdbc.sql(
            """
            with again as (delete from outbox_sent returning *)
            insert into outbox (id, topic, partition, record_key, event_id, event_type, subject,
                                organization, position, body, happened_at)
            overriding system value
            select id, topic, partition, record_key, event_id, event_type, subject,
                   organization, position, body, happened_at
            from again
            """)
        .update();
  }

  /** What is known of the topic that revocations were sent to. */
  Optional<TopicMark> topic() {
    return jdbc.sql("select topic_id, ends from outbox_topic where topic = :topic")
        .param("topic", Topics.REVOCATIONS)
        .query((row, number) ->
            new TopicMark(
                row.getString("topic_id"), List.of((Long[]) row.getArray("ends").getArray())))
        .optional();
  }

  void save(TopicMark mark) {
    jdbc.sql(
            """
            insert into outbox_topic (topic, topic_id, ends) values (:topic, :id, cast(:ends as bigint[]))
            on conflict (topic) do update set topic_id = excluded.topic_id, ends = excluded.ends
            """)
        .param("topic", Topics.REVOCATIONS)
        .param("id", mark.id())
        .param(
            "ends",
            mark.ends().stream().map(String::valueOf).collect(Collectors.joining(",", "{", "}")))
        .update();
  }

  private void execute(String statement) {
    jdbc.sql(statement).update();
  }

  private static Row row(ResultSet row, int number) throws SQLException {
    long position = row.getLong("position");
    boolean hasPosition = !row.wasNull();
    return new Row(
        row.getLong("id"),
        new OutboxRecord(
            row.getString("topic"),
            row.getInt("partition"),
            row.getString("record_key"),
            row.getString("event_id"),
            row.getString("event_type"),
            row.getString("subject"),
            row.getString("organization"),
            hasPosition ? position : null,
            row.getBytes("body"),
            row.getObject("happened_at", OffsetDateTime.class).toInstant()));
  }
}
