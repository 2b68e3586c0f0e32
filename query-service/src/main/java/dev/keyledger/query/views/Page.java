package dev.keyledger.query.views;

import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * A page of a list, newest first.
 *
 * @param nextCursor {@code null} on the last page
 */
record Page<T>(List<T> items, @Nullable String nextCursor) {

  /**
   * @param found one more than the limit, where there are so many
   * @param place what the last item's cursor has to say
   */
  static <R, T> Page<T> of(
      List<R> found, int limit, Function<R, String> place, Function<R, T> item) {
    boolean more = found.size() > limit;
    List<R> shown = more ? found.subList(0, limit) : found;
    return new Page<>(
        shown.stream().map(item).toList(),
        more ? Parameters.cursor(place.apply(shown.getLast())) : null);
  }

  /**
   * What was looked through for it may have been too much for one page, which then is short.
   *
   * @param behind where the next page begins; {@code null} where there is none
   */
  static <R, T> Page<T> of(List<R> shown, @Nullable String behind, Function<R, T> item) {
    return new Page<>(
        shown.stream().map(item).toList(), behind == null ? null : Parameters.cursor(behind));
  }
}
