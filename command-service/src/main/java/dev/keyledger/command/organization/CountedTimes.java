package dev.keyledger.command.organization;

import dev.keyledger.events.policy.KeyRules.Rate;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;

/**
 * When what a rate counts happened, in milliseconds: eight bytes for each, however many there are.
 */
final class CountedTimes {
  private long[] millis = new long[4];
  private int size;

  CountedTimes() {}

  CountedTimes(List<Long> millis) {
    this.millis = millis.stream().mapToLong(Long::longValue).toArray();
    this.size = this.millis.length;
  }

  void add(long at) {
    if (size == millis.length) {
      millis = Arrays.copyOf(millis, Math.max(4, size + (size >> 1)));
    }
    millis[size++] = at;
  }

  void removeLast() {
    size--;
  }

  /** Forgets the first ones beyond that many. */
  void keepLast(int most) {
    if (size > most) {
      millis = Arrays.copyOfRange(millis, size - most, size);
      size = most;
    }
  }

  List<Long> all() {
    return Arrays.stream(millis, 0, size).boxed().toList();
  }

  /** In memory, about. */
  long bytes() {
    return 8L * millis.length;
  }

  /** How many were within the rate's window that ends then. */
  int within(Rate rate, Instant at) {
    return inWindow(rate, at).length;
  }

  /**
   * Until at most so many are left in the window, if none is added; zero where it is so already.
   *
   * @param most 0 or more
   */
  Duration untilAtMost(int most, Rate rate, Instant at) {
    long[] inWindow = inWindow(rate, at);
    return inWindow.length <= most
        ? Duration.ZERO
        : Duration.between(
            at.minus(rate.per()), Instant.ofEpochMilli(inWindow[inWindow.length - 1 - most]));
  }

  private long[] inWindow(Rate rate, Instant at) {
    long windowStart = at.minus(rate.per()).toEpochMilli();
    return Arrays.stream(millis, 0, size).filter(one -> one > windowStart).sorted().toArray();
  }
}
