package dev.keyledger.query.check;

import dev.keyledger.kit.text.Timestamp;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Which pass is due, under way or done, in PostgreSQL: one replica's at a time, and gone on with by
 * another where that one ended.
 */
@Component
class Passes {
  private static final int LEASE_SECONDS = 60;

  /**
   * @param asked whether somebody waits for it
   */
  record PassTurn(long pass, boolean asked, String stage, String cursor, long compared) {}

  /** As the API shows it. */
  record ShownPass(
      long pass,
      String state,
      long asked,
      @Nullable String stage,
      long compared,
      @Nullable String startedAt,
      @Nullable String finishedAt) {}

  /** As the API shows it. */
  record ShownPart(
      String part, long pass, @Nullable String comparedAt, @Nullable String hindered) {}

  private final JdbcClient jdbc;
  private final Clock clock;

  Passes(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The pass that will have compared everything that there is now. */
  long ask() {
    return jdbc.sql("update log_check set asked = greatest(asked, pass + 1) returning asked")
        .query(Long.class)
        .single();
  }

  /**
   * Begins the pass that is due, or goes on with one that nobody goes on with.
   *
   * @param due whether one is due that nobody asked for
   * @return empty where none is, or another replica is at it
   */
  Optional<PassTurn> take(String holder, boolean due) {
    return jdbc.sql(
            """
            update log_check set
              holder = :holder,
              leased_until = clock_timestamp() + make_interval(secs => :lease),
              pass = case when running then pass else pass + 1 end,
              stage = case when running then stage else '' end,
              cursor = case when running then cursor else '' end,
              compared = case when running then compared else 0 end,
              started_at = case when running then started_at else :now end,
              finished_at = null,
              running = true
            where (leased_until < clock_timestamp() or holder = :holder)
              and (running or asked > pass or :due)
            returning pass, asked >= pass, stage, cursor, compared
            """)
        .param("holder", holder)
        .param("lease", LEASE_SECONDS)
        .param("due", due)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .query((row, n) ->
            new PassTurn(
                row.getLong(1),
                row.getBoolean(2),
                row.getString(3),
                row.getString(4),
                row.getLong(5)))
        .optional();
  }

  /**
   * @return {@code false} where another replica has taken over
   */
  boolean reached(String holder, PassTurn turn) {
    return jdbc.sql(
                """
                update log_check set stage = :stage, cursor = :cursor, compared = :compared,
                  leased_until = clock_timestamp() + make_interval(secs => :lease)
                where holder = :holder and pass = :pass and running
                """)
            .param("stage", turn.stage())
            .param("cursor", turn.cursor())
            .param("compared", turn.compared())
            .param("lease", LEASE_SECONDS)
            .param("holder", holder)
            .param("pass", turn.pass())
            .update()
        == 1;
  }

  /** Whether somebody waits for this pass. */
  boolean isAsked(long pass) {
    return jdbc.sql("select asked >= :pass from log_check")
        .param("pass", pass)
        .query(Boolean.class)
        .single();
  }

  /** Whether views are built anew just now. */
  boolean isRebuilding() {
    return jdbc.sql("select exists (select from generations where state = 'building')")
        .query(Boolean.class)
        .single();
  }

  /**
   * @param hindered why it couldn't be compared as a whole
   */
  void compared(long pass, Part part, @Nullable String hindered) {
    jdbc.sql(
            """
            update log_check_parts set
              hindered = :hindered,
              pass = case when cast(:hindered as text) is null then :pass else pass end,
              compared_at = case when cast(:hindered as text) is null then :now else compared_at end
            where part = :part
            """)
        .param("hindered", hindered)
        .param("pass", pass)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .param("part", part.text())
        .update();
  }

  void end(String holder, PassTurn turn) {
    jdbc.sql(
            """
            update log_check set running = false, stage = '', cursor = '', compared = :compared,
              finished_at = :now, leased_until = '-infinity'
            where holder = :holder and pass = :pass
            """)
        .param("compared", turn.compared())
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .param("holder", holder)
        .param("pass", turn.pass())
        .update();
  }

  ShownPass show() {
    return jdbc.sql(
            "select pass, running, asked, stage, compared, started_at, finished_at from log_check")
        .query((row, n) -> {
          boolean running = row.getBoolean(2);
          return new ShownPass(
              row.getLong(1),
              running ? "running" : row.getLong(3) > row.getLong(1) ? "asked" : "finished",
              row.getLong(3),
              running ? row.getString(4) : null,
              row.getLong(5),
              time(row, 6),
              time(row, 7));
        })
        .single();
  }

  List<ShownPart> parts() {
    return jdbc.sql("select part, pass, compared_at, hindered from log_check_parts order by part")
        .query((row, n) ->
            new ShownPart(row.getString(1), row.getLong(2), time(row, 3), row.getString(4)))
        .list();
  }

  /** When the part that was compared the longest ago was. */
  Optional<Instant> wholeAt() {
    return jdbc.sql(
            "select min(compared_at) from log_check_parts having count(compared_at) = count(*)")
        .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
        .optional();
  }

  private static @Nullable String time(ResultSet row, int column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : Timestamp.text(at.toInstant());
  }
}
