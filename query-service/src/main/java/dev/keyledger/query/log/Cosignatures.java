package dev.keyledger.query.log;

import dev.keyledger.kit.log.SignedNote;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What is known of witnesses: how far each has cosigned, and what enough of them have. */
@Component
class Cosignatures {
  /** Under which the platform's own log stands. */
  static final UUID PLATFORM = new UUID(0, 0);

  /**
   * A log of which more is signed than a witness has cosigned.
   *
   * @param cosigned the size that it has, 0 for none
   */
  record Uncosigned(UUID log, SignedNote note, long cosigned) {}

  /** Said of a log that a witness doesn't know, which is no refusal. */
  static final String NOT_ITS_LOG = "not one of its logs";

  private static final int AT_ONCE = 200;
  private static final Duration REFUSED_AGAIN = Duration.ofSeconds(30);

  /** A tenant's witness is a stranger to all other logs: they don't keep it busy. */
  private static final Duration STRANGER_AGAIN = Duration.ofMinutes(10);

  private final JdbcClient jdbc;
  private final Clock clock;

  Cosignatures(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  List<Uncosigned> due(String witness) {
    return jdbc.sql(
            """
            select newest.log, newest.note, coalesce(c.size, 0) from (
              select organization as log, size, note from log_checkpoints
              union all
              select :platform, size, note from platform_log_head where note is not null
            ) newest left join log_cosigned c on c.organization = newest.log and c.witness = :witness
            where c.size is null or (c.size < newest.size and (c.refused is null
                or c.at < case c.refused when :stranger then :muchLater else :again end))
            order by c.at nulls first
            """
                + " limit "
                + AT_ONCE)
        .param("platform", PLATFORM)
        .param("witness", witness)
        .param("stranger", NOT_ITS_LOG)
        .param("again", clock.instant().minus(REFUSED_AGAIN).atOffset(ZoneOffset.UTC))
        .param("muchLater", clock.instant().minus(STRANGER_AGAIN).atOffset(ZoneOffset.UTC))
        .query((row, n) ->
            new Uncosigned(
                Objects.requireNonNull(row.getObject(1, UUID.class)),
                SignedNote.parse(row.getString(2)),
                row.getLong(3)))
        .list();
  }

  void keep(UUID log, String witness, long size, @Nullable String refused) {
    jdbc.sql(
            """
            insert into log_cosigned (organization, witness, size, refused, at)
            values (:log, :witness, :size, :refused, :at)
            on conflict (organization, witness) do update
            set size = excluded.size, refused = excluded.refused, at = excluded.at
            """)
        .param("log", log)
        .param("witness", witness)
        .param("size", size)
        .param("refused", refused)
        .param("at", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  /** A smaller one never comes in the place of a larger. */
  void keepWitnessed(UUID log, long size, SignedNote note) {
    jdbc.sql(
            """
            insert into log_witnessed (organization, size, note, at) values (:log, :size, :note, :at)
            on conflict (organization) do update
            set size = excluded.size, note = excluded.note, at = excluded.at
            where log_witnessed.size <= excluded.size
            """)
        .param("log", log)
        .param("size", size)
        .param("note", note.toString())
        .param("at", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
  }

  /** The newest that enough have cosigned, of at least that size. */
  Optional<SignedNote> witnessed(UUID log, long size) {
    return jdbc.sql("select note from log_witnessed where organization = :log and size >= :size")
        .param("log", log)
        .param("size", size)
        .query(String.class)
        .optional()
        .map(SignedNote::parse);
  }

  int refusals() {
    return jdbc.sql("select count(*) from log_cosigned where refused <> :stranger")
        .param("stranger", NOT_ITS_LOG)
        .query(Integer.class)
        .single();
  }
}
