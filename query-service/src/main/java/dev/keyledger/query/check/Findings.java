package dev.keyledger.query.check;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.text.Timestamp;
import java.time.Clock;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was found, until a later pass finds it mended. */
@Component
class Findings {
  private static final Logger log = LoggerFactory.getLogger(Findings.class);

  /** Of one organisation and part in one pass: who rewrote all of it is found out by the first. */
  private static final int MOST_OF_ONE = 100;

  private static final int MOST_SHOWN = 1_000;

  /** As the API shows it. */
  record ShownFinding(
      String kind,
      String part,
      @Nullable String organization,
      @Nullable Long position,
      String what,
      String foundAt) {}

  private record FoundOf(Part part, @Nullable UUID organization) {}

  private final JdbcClient jdbc;
  private final Clock clock;
  private final Map<FoundOf, Integer> inThisPass = new HashMap<>();

  Findings(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  void begin() {
    inThisPass.clear();
  }

  void found(long pass, Finding finding) {
    var place = new FoundOf(finding.part(), finding.organization());
    if (inThisPass.merge(place, 1, Integer::sum) > MOST_OF_ONE) {
      return;
    }
    boolean isNew =
        jdbc.sql(
                """
                insert into log_check_findings as f (part, kind, organization, position, what, found_at, pass)
                values (:part, :kind, :organization, :position, :what, :at, :pass)
                on conflict (part, kind, organization, position, what) do update set pass = excluded.pass
                returning xmax = 0
                """)
            .param("part", finding.part().text())
            .param("kind", finding.kind().text())
            .param("organization", finding.organization())
            .param("position", finding.position())
            .param("what", finding.what())
            .param("at", clock.instant().atOffset(ZoneOffset.UTC))
            .param("pass", pass)
            .query(Boolean.class)
            .single();
    if (isNew) {
      log.error(
          "history was altered: {} in the {}, {} position {}: {}",
          finding.kind().text(),
          finding.part().text(),
          finding.organization() == null
              ? "platform's log,"
              : "organisation org_" + finding.organization() + ",",
          finding.position(),
          finding.what());
    }
  }

  /** Of this part nothing else was found in a whole pass. */
  void settle(long pass, Part part) {
    jdbc.sql("delete from log_check_findings where part = :part and pass < :pass")
        .param("part", part.text())
        .param("pass", pass)
        .update();
  }

  /** The places that this pass has found something at in these parts. */
  boolean isKnown(long pass, UUID organization, long position, Set<Part> parts) {
    return jdbc.sql(
            "select exists (select from log_check_findings where pass = :pass and organization ="
                + " :organization and position = :position and part in (:parts))")
        .param("pass", pass)
        .param("organization", organization)
        .param("position", position)
        .param("parts", parts.stream().map(Part::text).toList())
        .query(Boolean.class)
        .single();
  }

  long count() {
    return jdbc.sql("select count(*) from log_check_findings").query(Long.class).single();
  }

  /** The first found first, 1,000 at most. */
  List<ShownFinding> list() {
    return jdbc.sql(
            """
            select kind, part, organization, position, what, found_at from log_check_findings
            order by found_at, organization, position, part, kind limit
            """
                + MOST_SHOWN)
        .query((row, n) -> {
          UUID organization = row.getObject(3, UUID.class);
          return new ShownFinding(
              row.getString(1),
              row.getString(2),
              organization == null ? null : OrganizationId.of(organization).value(),
              row.getObject(4, Long.class),
              row.getString(5),
              Timestamp.text(row.getObject(6, OffsetDateTime.class).toInstant()));
        })
        .list();
  }
}
