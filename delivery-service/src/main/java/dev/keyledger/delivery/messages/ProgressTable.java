package dev.keyledger.delivery.messages;

import dev.keyledger.delivery.events.EventRecord;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;

/** How far each organisation has come, and what waits where one doesn't go on. */
@Component
final class ProgressTable {
  private static final int WAITING_PAGE = 500;

  /**
   * @param position the last that was applied; -1 for none
   * @param halted why it doesn't go on; {@code null} where it does
   */
  record Progress(long position, @Nullable String halted) {
    static final Progress NONE = new Progress(-1, null);
  }

  private final JdbcTemplate jdbc;

  ProgressTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /** Those that there are, until the transaction ends. */
  Map<OrganizationId, Progress> lock(Collection<OrganizationId> organizations) {
    var found = new HashMap<OrganizationId, Progress>();
    jdbc.query(
        "select organization, position, halted from progress where organization = any (?::uuid[])"
            + " order by organization for update",
        row -> {
          found.put(
              OrganizationId.of(row.getObject(1, UUID.class)),
              new Progress(row.getLong(2), row.getString(3)));
        },
        (Object) organizations.stream().map(one -> one.uuid().toString()).toArray(String[]::new));
    return found;
  }

  void write(Map<OrganizationId, Progress> reached, Instant now) {
    jdbc.batchUpdate(
        "insert into progress as p (organization, position, halted, halted_since) values (?, ?, ?,"
            + " case when ?::text is not null then ?::timestamptz end) on conflict (organization)"
            + " do update set position = excluded.position, halted = excluded.halted, halted_since"
            + " = case when excluded.halted is not null then coalesce(p.halted_since,"
            + " excluded.halted_since) end",
        reached.entrySet(),
        500,
        (statement, one) -> {
          statement.setObject(1, one.getKey().uuid());
          statement.setLong(2, one.getValue().position());
          statement.setString(3, one.getValue().halted());
          statement.setString(4, one.getValue().halted());
          statement.setObject(5, now.atOffset(ZoneOffset.UTC));
        });
  }

  /** What comes again comes in place of what was there: it may be mended. */
  void keepWaiting(EventRecord record) {
    jdbc.update(
        "insert into waiting (organization, position, subject, record) values (?, ?, ?, ?) on"
            + " conflict (organization, position) do update set subject = excluded.subject, record"
            + " = excluded.record",
        record.organization().uuid(),
        record.position(),
        record.subject(),
        record.value());
  }

  List<EventRecord> waiting(OrganizationId organization) {
    return jdbc.query(
        "select position, subject, record from waiting where organization = ? order by position"
            + " limit ?",
        (row, number) ->
            new EventRecord(organization, row.getLong(1), row.getString(2), row.getBytes(3)),
        organization.uuid(),
        WAITING_PAGE);
  }

  void forgetWaiting(OrganizationId organization, long upTo) {
    jdbc.update(
        "delete from waiting where organization = ? and position <= ?", organization.uuid(), upTo);
  }

  List<OrganizationId> halted() {
    return jdbc.query(
        "select organization from progress where halted is not null order by organization",
        (row, number) -> OrganizationId.of(row.getObject(1, UUID.class)));
  }
}
