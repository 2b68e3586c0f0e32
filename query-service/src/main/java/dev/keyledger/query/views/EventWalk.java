package dev.keyledger.query.views;

import java.sql.Array;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Looks at events one after another, a few at a time, in the order of a page, and keeps those that
 * fit: by its count it is bounded, whatever PostgreSQL thinks of how many there are.
 */
abstract class EventWalk {
  final EventQuestion question;
  private final List<Long> found = new ArrayList<>();
  private PageSpan left;
  private long looked;
  private boolean whole;

  EventWalk(EventQuestion question) {
    this.question = question;
    this.left = question.span();
    this.whole = left.isEmpty();
  }

  /**
   * @param looked how many were looked at
   * @param reached the last position up to which all were; {@code null} where there are no more
   */
  record Stride(long looked, @Nullable Long reached, List<Long> found) {}

  /** Looks at the next few in what is left. */
  abstract Stride step(PageSpan within);

  /** Whether that is all for one page, however few were looked at. */
  boolean isTired() {
    return false;
  }

  /** Until there is one more than the page holds, or nothing is left, or so many were looked at. */
  final EventWalk upTo(long most) {
    while (!isDone() && looked < most && !isTired()) {
      Stride step = step(left);
      looked += step.looked();
      found.addAll(step.found());
      if (step.reached() == null) {
        whole = true;
      } else {
        left = left.behind(step.reached(), question.filter().newestFirst());
        whole = left.isEmpty();
      }
    }
    return this;
  }

  /** Nothing more has to be looked at for the page. */
  final boolean isDone() {
    return whole || found.size() > question.filter().limit();
  }

  /** Whether it came further than another one. */
  final boolean isAheadOf(EventWalk other) {
    return left.end() - left.first() < other.left.end() - other.left.first();
  }

  final EventPlaces places() {
    int limit = question.filter().limit();
    if (found.size() > limit) {
      return new EventPlaces(found.subList(0, limit + 1), null);
    }
    Long end = question.filter().newestFirst() ? left.end() : Long.valueOf(left.first() - 1);
    return new EventPlaces(found, whole ? null : end);
  }

  static List<Long> positions(ResultSet row, int column) throws SQLException {
    Array array = row.getArray(column);
    return array == null ? List.of() : Arrays.asList((Long[]) array.getArray());
  }
}
