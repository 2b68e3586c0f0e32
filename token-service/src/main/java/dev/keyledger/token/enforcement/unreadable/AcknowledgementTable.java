package dev.keyledger.token.enforcement.unreadable;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.kafka.RecordPlace;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Acknowledgements as rows, which none changes and none takes away. */
@Component
final class AcknowledgementTable {
  private static final int MOST = 1_000;

  private final JdbcClient jdbc;

  AcknowledgementTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @return false when it was acknowledged before
   */
  boolean insert(Acknowledgement one) {
    return jdbc.sql(
                """
                insert into acknowledged_record (topic, topic_id, partition, record_offset, digest, organization,
                                                 record_key, written_at, size, acknowledged_by, acknowledged_at, reason)
                values (:topic, :topicId, :partition, :offset, :digest, :organization,
                        :key, :writtenAt, :size, :by, :at, :reason)
                on conflict do nothing
                """)
            .param("topic", one.place().topic())
            .param("topicId", one.place().topicId())
            .param("partition", one.place().partition())
            .param("offset", one.place().offset())
            .param("digest", one.place().digest())
            .param("organization", one.organization(), Types.VARCHAR)
            .param("key", one.key(), Types.VARCHAR)
            .param("writtenAt", one.writtenAt().atOffset(ZoneOffset.UTC))
            .param("size", one.size())
            .param("by", one.by().uuid())
            .param("at", one.at().atOffset(ZoneOffset.UTC))
            .param("reason", one.reason())
            .update()
        == 1;
  }

  Optional<Acknowledgement> find(RecordPlace place) {
    return jdbc.sql(
            """
            select * from acknowledged_record
            where topic = :topic and topic_id = :topicId and partition = :partition
              and record_offset = :offset and digest = :digest
            """)
        .param("topic", place.topic())
        .param("topicId", place.topicId())
        .param("partition", place.partition())
        .param("offset", place.offset())
        .param("digest", place.digest())
        .query(AcknowledgementTable::row)
        .optional();
  }

  /** The newest first, a thousand at most: what is older has left its topic. */
  List<Acknowledgement> newest() {
    return jdbc.sql("select * from acknowledged_record order by acknowledged_at desc limit :most")
        .param("most", MOST)
        .query(AcknowledgementTable::row)
        .list();
  }

  Set<RecordPlace> places() {
    return newest().stream().map(Acknowledgement::place).collect(Collectors.toUnmodifiableSet());
  }

  private static Acknowledgement row(ResultSet row, int number) throws SQLException {
    return new Acknowledgement(
        new RecordPlace(
            row.getString("topic"),
            row.getString("topic_id"),
            row.getInt("partition"),
            row.getLong("record_offset"),
            row.getString("digest")),
        row.getString("organization"),
        row.getString("record_key"),
        row.getObject("written_at", OffsetDateTime.class).toInstant(),
        row.getInt("size"),
        PersonId.of(row.getObject("acknowledged_by", UUID.class)),
        row.getObject("acknowledged_at", OffsetDateTime.class).toInstant(),
        row.getString("reason"));
  }
}
