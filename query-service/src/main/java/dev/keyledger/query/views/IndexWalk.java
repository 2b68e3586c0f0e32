package dev.keyledger.query.views;

import dev.keyledger.query.views.EventQuestion.Clause;
import java.util.List;

/** Along the index of one part; what it leads to is looked up and judged by the rest. */
final class IndexWalk extends EventWalk {
  private static final int FIRST = 500;
  private static final int MOST = 2_000;

  // The look-up is of one row at a time, so that no plan reads more than these.
  private static final String STEP =
      """
      with w as materialized (%1$s)
      select count(*), %2$s(w.position),
        array_agg(w.position order by w.position%3$s) filter (where %4$s)
      from w cross join lateral (
        select at, type, subject, actor, actor_kind, session, request_id, words from events@
        where organization = :organization and position = w.position limit 1) e
      """;

  private final Clause way;
  private int next = FIRST;

  IndexWalk(EventQuestion question, Clause way) {
    super(question);
    this.way = way;
  }

  /** How many it leads to, as far as it makes a difference. */
  static long count(EventQuestion question, Clause way, int atMost) {
    String each =
        String.join(
            " union all ",
            way.walks().stream()
                .map(walk ->
                    "(select 1 from events@ where organization = :organization and position >="
                        + " :first and position < :end and ("
                        + walk
                        + ") limit "
                        + atMost
                        + ")")
                .toList());
    return question
        .sql(
            "select count(*) from (select 1 from (" + each + ") w limit " + atMost + ") c",
            question.span())
        .query(Long.class)
        .single();
  }

  @Override
  Stride step(PageSpan within) {
    int batch = next;
    next = Math.min(MOST, 2 * next);
    String sql =
        STEP.formatted(
            question.walk(way, batch),
            question.filter().newestFirst() ? "min" : "max",
            question.filter().direction(),
            question.rest(way));
    return question
        .sql(sql, within)
        .query((row, n) -> {
          long looked = row.getLong(1);
          List<Long> found = positions(row, 3);
          return new Stride(looked, looked < batch ? null : row.getLong(2), found);
        })
        .single();
  }
}
