package dev.keyledger.query.usage;

import dev.keyledger.events.feed.Usage;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** Uses by secret. */
@Component
final class UsageTable {
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

  UsageTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  void add(List<Usage> uses) {
    // In one order for all replicas, so that two of them can't wait for one another.
    Map<SecretRef, Uses> sums = new TreeMap<>();
    for (Usage usage : uses) {
      sums.merge(
          new SecretRef(usage.organization().uuid(), usage.key().uuid(), usage.secretPrefix()),
          new Uses(usage.count(), usage.lastUsedAt()),
          Uses::and);
    }
    write(sums);
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
}
