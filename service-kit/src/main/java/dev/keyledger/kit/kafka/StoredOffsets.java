package dev.keyledger.kit.kafka;

import dev.keyledger.kit.kafka.FollowedTopic.Span;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.transaction.support.TransactionTemplate;

/** How far a topic was read, in PostgreSQL, with the id of the topic that the offsets are of. */
public final class StoredOffsets {
  private record ReadUpTo(@Nullable String topic, long nextOffset) {}

  private final String table;
  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;

  /**
   * @param table with a row for each partition
   */
  public StoredOffsets(String table, JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.table = table;
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  /**
   * Has these partitions read from that topic: from its beginning, where they were read from
   * another one. An offset without a topic is taken for one of it.
   *
   * @param topic its id
   * @return the first offset of each partition that was not read
   */
  public Map<Integer, Long> readFrom(Set<Integer> partitions, String topic) {
    Map<Integer, Long> next = new HashMap<>();
    transactions.executeWithoutResult(status ->
        lock(partitions)
            .forEach((partition, stored) -> {
              boolean another = stored.topic() != null && !stored.topic().equals(topic);
              long offset = another ? 0 : stored.nextOffset();
              next.put(partition, offset);
              if (!topic.equals(stored.topic())) {
                jdbc.update(
                    "update "
                        + table
                        + " set topic_id = ?, next_offset = ? where kafka_partition = ?",
                    topic,
                    offset,
                    partition);
              }
            }));
    return next;
  }

  /**
   * Locks the rows of what was polled until the transaction ends.
   *
   * @return the first offset of each partition that was not read
   * @throws OptimisticLockingFailureException when the reading of one began anew since
   */
  public Map<Integer, Long> lockPolled(Map<Integer, Span> polled) {
    Map<Integer, ReadUpTo> stored = lock(polled.keySet());
    Map<Integer, Long> next = new HashMap<>();
    polled.forEach((partition, span) -> {
      ReadUpTo own = stored.get(partition);
      if (own == null || !span.topic().equals(own.topic()) || own.nextOffset() < span.from()) {
        throw new OptimisticLockingFailureException(
            "the reading of partition " + partition + " began anew");
      }
      next.put(partition, own.nextOffset());
    });
    return next;
  }

  public void advance(Map<Integer, Span> polled) {
    List<Object[]> offsets = new ArrayList<>();
    new TreeMap<>(polled)
        .forEach((partition, span) -> offsets.add(new Object[] {span.next(), partition}));
    jdbc.batchUpdate(
        "update " + table + " set next_offset = greatest(next_offset, ?) where kafka_partition = ?",
        offsets);
  }

  private Map<Integer, ReadUpTo> lock(Collection<Integer> partitions) {
    Map<Integer, ReadUpTo> stored = new LinkedHashMap<>();
    jdbc.query(
        "select kafka_partition, topic_id, next_offset from "
            + table
            + " where kafka_partition = any (?) order by kafka_partition for update",
        row -> {
          stored.put(row.getInt(1), new ReadUpTo(row.getString(2), row.getLong(3)));
        },
        (Object) partitions.toArray(Integer[]::new));
    return stored;
  }

  /** Where the topic has forgotten what comes next, reading goes on with what it still has. */
  public void skipTo(Map<Integer, Long> beginnings, String topic) {
    beginnings.forEach((partition, beginning) ->
        jdbc.update(
            "update "
                + table
                + " set next_offset = greatest(next_offset, ?) where kafka_partition = ? and"
                + " topic_id = ?",
            beginning,
            partition,
            topic));
  }

  /**
   * Where the topic was set back, reading goes on there.
   *
   * @param polledAt where the follower stood, behind the end
   * @param next of each partition
   */
  public void setBackTo(Map<Integer, Long> polledAt, Map<Integer, Long> next, String topic) {
    polledAt.forEach((partition, polled) -> {
      long offset = next.getOrDefault(partition, polled);
      if (offset < polled) {
        // Not where another replica went back before, and has read on.
        jdbc.update(
            "update "
                + table
                + " set next_offset = ? where kafka_partition = ? and topic_id = ? and next_offset"
                + " >= ?",
            offset,
            partition,
            topic,
            polled);
      }
    });
  }
}
