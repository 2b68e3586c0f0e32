package dev.keyledger.query.views;

/**
 * The positions that a page may still show, from where it begins on.
 *
 * @param end first position that is too late
 */
record PageSpan(long first, long end) {
  static PageSpan of(Snapshot snapshot, EventFilter filter, PositionRange range) {
    long first = range.first() == null ? 0 : range.first();
    long end = range.end() == null ? snapshot.position() + 1 : range.end();
    Long behind = filter.behind() == null ? null : filter.behind().position();
    if (behind == null) {
      return new PageSpan(first, end);
    }
    return filter.newestFirst()
        ? new PageSpan(first, Math.min(end, behind))
        : new PageSpan(Math.max(first, behind + 1), end);
  }

  /** What is left once all up to a position was looked at. */
  PageSpan behind(long reached, boolean newestFirst) {
    return newestFirst ? new PageSpan(first, reached) : new PageSpan(reached + 1, end);
  }

  boolean isEmpty() {
    return first >= end;
  }
}
