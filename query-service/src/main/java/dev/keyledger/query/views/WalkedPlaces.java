package dev.keyledger.query.views;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where several walks led to. Each is in the order of the page and may have been cut off: where the
 * first of them was, all of them end.
 *
 * @param places in the order of the page, each once
 * @param end the last one, behind which there may be more; {@code null} where that is all
 */
record WalkedPlaces<T>(List<T> places, @Nullable T end) {
  /** So many at most. */
  static final int MOST = 2_000;

  /**
   * @param isEnd whether its walk was cut off behind it
   */
  record Walked<T>(T place, boolean isEnd) {}

  static <T> WalkedPlaces<T> of(List<Walked<T>> walked, Comparator<T> order) {
    // A walk that was cut off says nothing of what lies behind its last place.
    T end = walked.stream().filter(Walked::isEnd).map(Walked::place).min(order).orElse(null);
    List<T> places = new ArrayList<>();
    walked.stream()
        .map(Walked::place)
        .filter(place -> end == null || order.compare(place, end) <= 0)
        .distinct()
        .sorted(order)
        .forEach(places::add);
    return places.size() > MOST
        ? new WalkedPlaces<>(places.subList(0, MOST), places.get(MOST - 1))
        : new WalkedPlaces<>(places, end);
  }
}
