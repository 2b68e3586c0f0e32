package dev.keyledger.command.organization;

import java.util.Arrays;

/** When one member created keys, in milliseconds: eight bytes for each, however many there are. */
final class CreationTimes {
  private long[] millis = new long[4];
  private int size;

  void add(long at) {
    if (size == millis.length) {
      millis = Arrays.copyOf(millis, size + (size >> 1));
    }
    millis[size++] = at;
  }

  void removeLast() {
    size--;
  }

  /** Those after that instant, in ascending order. */
  long[] after(long instant) {
    return Arrays.stream(millis, 0, size).filter(at -> at > instant).sorted().toArray();
  }
}
