package dev.keyledger.token.identity.people;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * How often something may be done within a time, for all replicas. What is counted stands as a
 * keyed hash: neither an address nor a network can be told from it.
 */
@Component
public final class Rates {
  private static final String WHOSE = "rates whose";

  private final JdbcClient jdbc;
  private final DataKeys keys;

  Rates(JdbcClient jdbc, DataKeys keys) {
    this.jdbc = jdbc;
    this.keys = keys;
  }

  /**
   * Takes one, of however many are taken at once. The time begins with the first one taken.
   *
   * @param what is counted apart from everything else
   * @return false when there is none left
   */
  public boolean take(String what, String text, int most, Duration within, Instant at) {
    return jdbc.sql(
                """
                insert into counted as c (subject, whose, since, times) values (:subject, :whose, :at, 1)
                on conflict (subject) do update
                set since = case when c.since <= :over then excluded.since else c.since end,
                    times = case when c.since <= :over then 1 else least(c.times, :most) + 1 end
                returning times
                """)
            .param("subject", keys.index("rate of " + what, text).bytes())
            .param("whose", keys.index(WHOSE, text).bytes())
            .param("at", Column.of(at))
            .param("over", Column.of(at.minus(within)))
            .param("most", most)
            .query(Integer.class)
            .single()
        <= most;
  }

  /** Whether {@link #take} would; none is taken. */
  public boolean isLeft(String what, String text, int most, Duration within, Instant at) {
    return jdbc.sql(
            """
            select times from counted where subject = :subject and since > :over
            """)
        .param("subject", keys.index("rate of " + what, text).bytes())
        .param("over", Column.of(at.minus(within)))
        .query(Integer.class)
        .optional()
        .map(times -> times < most)
        .orElse(most > 0);
  }

  /** What is counted of any of these goes, whatever was counted. */
  void forget(List<String> texts) {
    jdbc.sql("delete from counted where whose in (:whose)")
        .param("whose", texts.stream().flatMap(text -> keys.indexes(WHOSE, text).stream()).toList())
        .update();
  }

  int sweep(Instant begunBefore, int atMost) {
    return jdbc.sql(
            """
            delete from counted where subject in (
              select subject from counted where since < :before
              order by since limit :atMost for update skip locked)
            """)
        .param("before", Column.of(begunBefore))
        .param("atMost", atMost)
        .update();
  }
}
