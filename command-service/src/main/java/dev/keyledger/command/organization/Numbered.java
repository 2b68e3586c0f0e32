package dev.keyledger.command.organization;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Values that many keys share, each kept once and called by its number. */
final class Numbered<T> {
  private final List<T> values = new ArrayList<>();
  private final Map<T, Integer> numbers = new HashMap<>();

  static <T> Numbered<T> of(List<T> values) {
    var numbered = new Numbered<T>();
    values.forEach(numbered::numberOf);
    return numbered;
  }

  /** That of an equal value, or the next. */
  int numberOf(T value) {
    Integer known = numbers.putIfAbsent(value, values.size());
    if (known != null) {
      return known;
    }
    values.add(value);
    return values.size() - 1;
  }

  /** The one that is kept of all that equal it. */
  T shared(T value) {
    return values.get(numberOf(value));
  }

  /**
   * @throws IndexOutOfBoundsException for a number that no value has
   */
  T get(int number) {
    return values.get(number);
  }

  List<T> all() {
    return List.copyOf(values);
  }

  int size() {
    return values.size();
  }
}
