package dev.keyledger.kit.receipts;

import dev.keyledger.events.feed.Ack;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How far somebody has come on each stream, and when they said so. */
final class Progress {
  private final Map<String, Reached> reached;

  /**
   * @param streams how many are remembered; those that moved longest ago are forgotten
   */
  Progress(int streams) {
    this.reached =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Reached> eldest) {
            return size() > streams;
          }
        };
  }

  /** Whether that is further than before. */
  boolean applied(Ack.Applied applied, Instant at) {
    Reached before = reached.get(applied.stream());
    boolean further = before == null || before.position < applied.position();
    if (further) {
      reached.put(applied.stream(), new Reached(applied.position(), at));
    }
    return further;
  }

  /** When they said that they had come so far; {@code null} when they have not, or long ago. */
  @Nullable Instant appliedAt(String stream, long position) {
    Reached known = reached.get(stream);
    return known != null && known.position >= position ? known.at : null;
  }

  private record Reached(long position, Instant at) {}
}
