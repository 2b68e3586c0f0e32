package dev.keyledger.delivery.feed;

import java.util.ArrayList;
import java.util.List;

/** Entries of one partition in the order of their offsets. Guarded by its {@link Part}. */
final class Tail {
  private final List<FeedEntry> entries = new ArrayList<>();

  void add(FeedEntry entry) {
    entries.add(entry);
  }

  /** Up to so many from that offset on. */
  List<FeedEntry> from(long offset, int atMost) {
    int first = indexOf(offset);
    return List.copyOf(entries.subList(first, Math.min(entries.size(), first + atMost)));
  }

  /** How many lie before that offset. */
  private int indexOf(long offset) {
    int low = 0;
    int high = entries.size();
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (entries.get(middle).offset() < offset) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The first offset behind them, up to one that still matters; the other where there are none. */
  long behindThoseThatMatteredUntil(long instant, long otherwise) {
    long behind = otherwise;
    for (FeedEntry entry : entries) {
      if (entry.mattersUntil() - instant >= 0) {
        break;
      }
      behind = entry.offset() + 1;
    }
    return behind;
  }

  void forgetBefore(long offset) {
    entries.subList(0, indexOf(offset)).clear();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  int size() {
    return entries.size();
  }
}
