package dev.keyledger.query.views;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.query.views.Past.Beginning;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Pages of what came to be by one type of event, each folded from its own events. What a filter
 * leaves out has to be folded to know so: a page looks through so many at most, and may be short
 * for that while there is a next one.
 */
final class PastPages<T> {
  private static final int MOST_LOOKED_THROUGH = 2_000;
  private static final int BATCH = 250;

  private final Past past;
  private final String type;
  private final Function<List<LedgerEvent>, Function<UUID, Stream<T>>> shown;

  /**
   * @param type of the event by which they came to be
   * @param shown of all events of those of a page
   */
  PastPages(Past past, String type, Function<List<LedgerEvent>, Function<UUID, Stream<T>>> shown) {
    this.past = past;
    this.type = type;
    this.shown = shown;
  }

  /**
   * @param behind the last of the page before
   * @param place of one in a cursor
   */
  Page<T> page(
      @Nullable UUID behind, int limit, Predicate<T> filter, Function<UUID, String> place) {
    List<T> items = new ArrayList<>();
    UUID last = behind;
    int size = limit; // Without a filter the first look is enough.
    for (int looked = 0; looked < MOST_LOOKED_THROUGH; looked += size, size = BATCH) {
      List<Beginning> batch = past.beginnings(type, last, size + 1);
      List<UUID> ids = batch.stream().limit(size).map(Beginning::subject).toList();
      Function<UUID, Stream<T>> of = shown.apply(past.of(ids));
      for (UUID id : ids) {
        if (items.size() == limit) {
          return new Page<>(items, Parameters.cursor(place.apply(last)));
        }
        of.apply(id).filter(filter).forEach(items::add);
        last = id;
      }
      if (batch.size() <= size) {
        return new Page<>(items, null);
      }
    }
    return new Page<>(items, Parameters.cursor(place.apply(last)));
  }
}
