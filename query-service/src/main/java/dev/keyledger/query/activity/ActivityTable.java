package dev.keyledger.query.activity;

import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.ActivityTypes;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** What happened in organisations beside the ledger, by months. */
@Component
final class ActivityTable {
  private final JdbcTemplate jdbc;

  ActivityTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** What is there already stays as it is. Within a transaction. */
  void add(List<Activity> activities, Instant keptSince) {
    List<Activity> kept =
        activities.stream()
            .filter(one -> one.organization() != null && !one.at().isBefore(keptSince))
            // In one order for all replicas, so that two of them can't wait for one another.
            .sorted(Comparator.comparing(one -> one.id().value()))
            .toList();
    Set<LocalDate> months = new TreeSet<>();
    List<Object[]> rows = new ArrayList<>();
    for (Activity one : kept) {
      OffsetDateTime at = one.at().atOffset(ZoneOffset.UTC);
      months.add(at.toLocalDate().withDayOfMonth(1));
      rows.add(row(one, at));
    }
    for (LocalDate month : months) {
      jdbc.query(
          "select open_activity_month(?)",
          row -> {},
          month.atStartOfDay().atOffset(ZoneOffset.UTC));
    }
    if (!rows.isEmpty()) {
      jdbc.batchUpdate(
          "insert into activity (organization, at, id, type, person, session, key, code, count,"
              + " by, target_key, target_member, operation, permission, network, network_person)"
              + " values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?) on conflict do nothing",
          rows);
    }
  }

  private static Object[] row(Activity one, OffsetDateTime at) {
    @Nullable UUID person = one.person() == null ? null : one.person().uuid();
    @Nullable UUID session = one.session() == null ? null : one.session().uuid();
    @Nullable UUID key = one.key() == null ? null : one.key().uuid();
    @Nullable UUID targetKey = one.targetKey() == null ? null : one.targetKey().uuid();
    @Nullable UUID targetMember = one.targetMember() == null ? null : one.targetMember().uuid();
    Activity.@Nullable Network network = one.network();
    @Nullable SealedText sealed = network == null ? null : network.sealed();
    return new @Nullable Object[] {
      Objects.requireNonNull(one.organization()).uuid(),
      at,
      one.id().uuid(),
      ActivityTypes.nameOf(one.kind()),
      person,
      session,
      key,
      one.code(),
      one.count(),
      one.by() == null ? null : one.by().name().toLowerCase(Locale.ROOT),
      targetKey,
      targetMember,
      one.operation(),
      one.permission(),
      sealed != null ? sealed.ciphertext() : network == null ? null : network.name(),
      sealed == null ? null : sealed.person().uuid()
    };
  }

  /**
   * @return how many months went
   */
  int dropBefore(Instant keptSince) {
    Integer dropped =
        jdbc.queryForObject(
            "select drop_activity_before(?)", Integer.class, keptSince.atOffset(ZoneOffset.UTC));
    return dropped == null ? 0 : dropped;
  }
}
