package dev.keyledger.command.leaks;

import dev.keyledger.command.leaks.ReportsInTurn.Report;
import dev.keyledger.command.people.KeysOfSecrets;
import dev.keyledger.events.Origin;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reported secrets in PostgreSQL, for whichever replica comes to them: nothing that was accepted is
 * lost with one. All times are the database's.
 */
@Component
final class ReportedSecrets {
  /** Of all neighbourhoods. A report of another replica at the very moment may be one too many. */
  static final int MOST = 20_000;

  /** Every two seconds, for ten minutes at least. */
  static final int MOST_TRIES = 300;

  /** For so long nobody else takes what one has taken: longer than all of it takes. */
  private static final int CLAIM_SECONDS = 60;

  private static final int PAUSE_SECONDS = 2;

  /** One that is due, and taken. */
  record Taken(long id, FoundSecret secret, Origin origin, int tries) {
    boolean isTriedAsOftenAsAny() {
      return tries + 1 >= MOST_TRIES;
    }
  }

  private final JdbcClient jdbc;

  ReportedSecrets(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Whether there was room for all of it; else none is kept. */
  boolean keep(Report report) {
    List<FoundSecret> secrets = report.secrets();
    int kept =
        jdbc.sql(
                """
                INSERT INTO reported_secret (neighbourhood, verifier, url, source, request_id, traceparent)
                SELECT :neighbourhood, verifier, url, source, :request, :trace
                FROM unnest(:verifiers::text[], :urls::text[], :sources::text[]) AS found (verifier, url, source)
                WHERE :count <= :most
                  - (SELECT count(*) FROM reported_secret)
                  - (SELECT count(*) FROM reported_secret WHERE neighbourhood = :neighbourhood)
                """)
            .param("neighbourhood", report.neighbourhood().name())
            .param("request", report.origin().requestId())
            .param("trace", report.origin().traceparent())
            .param("verifiers", secrets.stream().map(FoundSecret::verifier).toArray(String[]::new))
            .param("urls", texts(secrets.stream().map(FoundSecret::url).toList()))
            .param("sources", texts(secrets.stream().map(FoundSecret::source).toList()))
            .param("count", secrets.size())
            .param("most", MOST)
            .update();
    return kept == secrets.size();
  }

  private static @Nullable String[] texts(List<@Nullable String> texts) {
    return texts.toArray(new @Nullable String[0]);
  }

  /**
   * As many as may be asked about at once, of those that are due, one of each neighbourhood after
   * the other.
   */
  List<Taken> take() {
    return jdbc.sql(
            """
            UPDATE reported_secret r SET due_at = now() + make_interval(secs => :claim)
            FROM (
              SELECT id FROM reported_secret
              WHERE due_at <= now() AND id IN (
                SELECT id FROM (
                  SELECT id, row_number() OVER (PARTITION BY neighbourhood ORDER BY due_at, id) AS turn
                  FROM reported_secret WHERE due_at <= now()
                ) due
                ORDER BY turn, id LIMIT :most
              )
              FOR UPDATE SKIP LOCKED
            ) taken
            WHERE r.id = taken.id
            RETURNING r.id, r.verifier, r.url, r.source, r.request_id, r.traceparent, r.tries
            """)
        .param("claim", CLAIM_SECONDS)
        .param("most", KeysOfSecrets.AT_ONCE)
        .query((row, n) -> taken(row))
        .list();
  }

  private static Taken taken(ResultSet row) throws SQLException {
    return new Taken(
        row.getLong("id"),
        new FoundSecret(row.getString("verifier"), row.getString("url"), row.getString("source")),
        new Origin(row.getString("request_id"), null, row.getString("traceparent")),
        row.getInt("tries"));
  }

  void done(List<Taken> ones) {
    jdbc.sql("DELETE FROM reported_secret WHERE id = ANY (:ids)")
        .param("ids", idsOf(ones))
        .update();
  }

  /** They come to nothing now, and are due again a little later, behind what is due already. */
  void again(List<Taken> ones) {
    jdbc.sql(
            """
            UPDATE reported_secret SET tries = tries + 1, due_at = now() + make_interval(secs => :pause)
            WHERE id = ANY (:ids)
            """)
        .param("pause", PAUSE_SECONDS)
        .param("ids", idsOf(ones))
        .update();
  }

  private static Long[] idsOf(List<Taken> ones) {
    return ones.stream().map(Taken::id).toArray(Long[]::new);
  }
}
