package dev.keyledger.events;

import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The few words that stand in one place, found by their bytes: a text is made of none of them.
 *
 * @param <T> what they stand for
 */
final class PlainWords<T> {
  private final List<byte[]> quoted;
  private final List<T> values;

  private PlainWords(List<T> values, Function<T, String> word) {
    this.values = values;
    this.quoted = values.stream().map(word).map(PlainJson::quoted).toList();
  }

  /** Names in lower case. */
  static <E extends Enum<E>> PlainWords<E> of(E[] values) {
    return new PlainWords<>(
        Stream.of(values).toList(), value -> value.name().toLowerCase(Locale.ROOT));
  }

  static PlainWords<String> of(String... words) {
    return new PlainWords<>(List.of(words), word -> word);
  }

  /**
   * @return {@code null} where another text is next, which stays next
   */
  @Nullable T next(PlainJson json) {
    for (int i = 0; i < quoted.size(); i++) {
      if (json.passes(quoted.get(i))) {
        return values.get(i);
      }
    }
    return null;
  }
}
