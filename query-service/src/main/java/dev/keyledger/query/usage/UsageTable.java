package dev.keyledger.query.usage;

import dev.keyledger.events.feed.Usage;
import dev.keyledger.query.kafka.FollowedTopic.Span;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Uses by secret, with the offsets behind them in the same transaction: each counts once. */
@Component
final class UsageTable {
  /**
   * @param offset of the record
   */
  record Delivered(int partition, long offset, Usage usage) {}

  private record SecretRef(UUID organization, UUID key, String prefix)
      implements Comparable<SecretRef> {
    @Override
    public int compareTo(SecretRef other) {
      int byOrganization = organization.compareTo(other.organization);
      int byKey = byOrganization != 0 ? byOrganization : key.compareTo(other.key);
      return byKey != 0 ? byKey : prefix.compareTo(other.prefix);
    }
  }

  private record Uses(long count, Instant last) {
    Uses and(Uses other) {
      return new Uses(count + other.count, last.isAfter(other.last) ? last : other.last);
    }
  }

  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;

  UsageTable(JdbcTemplate jdbc, TransactionTemplate transactions) {
    this.jdbc = jdbc;
    this.transactions = transactions;
  }

  private record CountedUpTo(@Nullable String topic, long nextOffset) {}

  /**
   * Has these partitions read from that topic: from its beginning, where they were read from
   * another one. An offset without a topic is taken for one of it.
   *
   * @param topic its id
   * @return the first offset of each partition that is not counted
   */
  Map<Integer, Long> readFrom(Set<Integer> partitions, String topic) {
    Map<Integer, Long> next = new HashMap<>();
    transactions.executeWithoutResult(status ->
        lock(partitions)
            .forEach((partition, stored) -> {
              boolean another = stored.topic() != null && !stored.topic().equals(topic);
              long offset = another ? 0 : stored.nextOffset();
              next.put(partition, offset);
              if (!topic.equals(stored.topic())) {
                jdbc.update(
                    "update usage_offsets set topic_id = ?, next_offset = ? where kafka_partition"
                        + " = ?",
                    topic,
                    offset,
                    partition);
              }
            }));
    return next;
  }

  /**
   * @param polled what was delivered is all of, by partition
   * @throws OptimisticLockingFailureException when the reading of one began anew since: nothing is
   *     counted
   */
  void add(List<Delivered> delivered, Map<Integer, Span> polled) {
    transactions.executeWithoutResult(status -> addOnce(delivered, polled));
  }

  private void addOnce(List<Delivered> delivered, Map<Integer, Span> polled) {
    Map<Integer, CountedUpTo> stored = lock(polled.keySet());
    polled.forEach((partition, span) -> {
      CountedUpTo own = stored.get(partition);
      if (own == null || !span.topic().equals(own.topic()) || own.nextOffset() < span.from()) {
        throw new OptimisticLockingFailureException(
            "the reading of partition " + partition + " began anew");
      }
    });
    // In one order for all replicas, so that two of them can't wait for one another.
    Map<SecretRef, Uses> sums = new TreeMap<>();
    for (Delivered one : delivered) {
      CountedUpTo own = stored.get(one.partition());
      if (own != null && one.offset() >= own.nextOffset()) {
        Usage usage = one.usage();
        sums.merge(
            new SecretRef(usage.organization().uuid(), usage.key().uuid(), usage.secretPrefix()),
            new Uses(usage.count(), usage.lastUsedAt()),
            Uses::and);
      }
    }
    write(sums);
    List<Object[]> offsets = new ArrayList<>();
    new TreeMap<>(polled)
        .forEach((partition, span) -> offsets.add(new Object[] {span.next(), partition}));
    jdbc.batchUpdate(
        "update usage_offsets set next_offset = greatest(next_offset, ?) where kafka_partition = ?",
        offsets);
  }

  private Map<Integer, CountedUpTo> lock(Collection<Integer> partitions) {
    Map<Integer, CountedUpTo> stored = new LinkedHashMap<>();
    jdbc.query(
        "select kafka_partition, topic_id, next_offset from usage_offsets where kafka_partition ="
            + " any (?) order by kafka_partition for update",
        row -> {
          stored.put(row.getInt(1), new CountedUpTo(row.getString(2), row.getLong(3)));
        },
        (Object) partitions.toArray(Integer[]::new));
    return stored;
  }

  private void write(Map<SecretRef, Uses> sums) {
    List<Object[]> rows = new ArrayList<>();
    sums.forEach((secret, uses) ->
        rows.add(
            new Object[] {
              secret.organization(),
              secret.key(),
              secret.prefix(),
              uses.count(),
              uses.last().atOffset(ZoneOffset.UTC)
            }));
    jdbc.batchUpdate(
        "insert into secret_usage as u (organization, key, secret_prefix, uses, last_used_at)"
            + " values (?, ?, ?, ?, ?) on conflict (organization, key, secret_prefix) do update"
            + " set uses = u.uses + excluded.uses, last_used_at = greatest(u.last_used_at,"
            + " excluded.last_used_at)",
        rows);
  }

  /** Where the topic has forgotten what comes next, counting goes on with what it still has. */
  void skipTo(Map<Integer, Long> beginnings, String topic) {
    beginnings.forEach((partition, beginning) ->
        jdbc.update(
            "update usage_offsets set next_offset = greatest(next_offset, ?) where kafka_partition"
                + " = ? and topic_id = ?",
            beginning,
            partition,
            topic));
  }

  /**
   * Where the topic was set back, counting goes on at its end: what it holds up to there has been
   * counted, and a use that was counted twice could never be told from two.
   *
   * @param polledAt where the follower stood, behind the end
   */
  void setBackTo(Map<Integer, Long> polledAt, Map<Integer, Long> ends, String topic) {
    polledAt.forEach((partition, polled) -> {
      long end = ends.getOrDefault(partition, polled);
      if (end < polled) {
        // Not where another replica went back before, and has counted on.
        jdbc.update(
            "update usage_offsets set next_offset = ? where kafka_partition = ? and topic_id = ?"
                + " and next_offset >= ?",
            end,
            partition,
            topic,
            polled);
      }
    });
  }
}
