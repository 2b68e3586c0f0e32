package dev.keyledger.query.usage;

import dev.keyledger.events.feed.Usage;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
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

  Map<Integer, Long> offsets() {
    Map<Integer, Long> offsets = new HashMap<>();
    jdbc.query(
        "select kafka_partition, next_offset from usage_offsets",
        row -> {
          offsets.put(row.getInt(1), row.getLong(2));
        });
    return offsets;
  }

  void add(List<Delivered> delivered, Map<Integer, Long> nextOffsets) {
    transactions.executeWithoutResult(status -> addOnce(delivered, nextOffsets));
  }

  private void addOnce(List<Delivered> delivered, Map<Integer, Long> nextOffsets) {
    Map<Integer, Long> stored = lock(nextOffsets.keySet());
    // In one order for all replicas, so that two of them can't wait for one another.
    Map<SecretRef, Uses> sums = new TreeMap<>();
    for (Delivered one : delivered) {
      if (one.offset() >= stored.getOrDefault(one.partition(), 0L)) {
        Usage usage = one.usage();
        sums.merge(
            new SecretRef(usage.organization().uuid(), usage.key().uuid(), usage.secretPrefix()),
            new Uses(usage.count(), usage.lastUsedAt()),
            Uses::and);
      }
    }
    write(sums);
    List<Object[]> offsets = new ArrayList<>();
    new TreeMap<>(nextOffsets)
        .forEach((partition, next) -> offsets.add(new Object[] {next, partition}));
    jdbc.batchUpdate(
        "update usage_offsets set next_offset = greatest(next_offset, ?) where kafka_partition = ?",
        offsets);
  }

  private Map<Integer, Long> lock(Collection<Integer> partitions) {
    Map<Integer, Long> stored = new LinkedHashMap<>();
    jdbc.query(
        "select kafka_partition, next_offset from usage_offsets where kafka_partition = any (?)"
            + " order by kafka_partition for update",
        row -> {
          stored.put(row.getInt(1), row.getLong(2));
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
  void skipTo(Map<Integer, Long> beginnings) {
    beginnings.forEach((partition, beginning) ->
        jdbc.update(
            "update usage_offsets set next_offset = ? where kafka_partition = ?",
            beginning,
            partition));
  }
}
