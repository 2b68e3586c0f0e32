package dev.keyledger.command.memory;

import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Values by organisation, as many as their bytes allow, those that were used last. The very last
 * one stays however large it is: to read a large organisation anew for each of its commands costs
 * more than any memory.
 */
public final class RecentlyUsed<V> {
  private record Entry<V>(V value, long bytes) {}

  private final long mostBytes;
  private final Map<String, Entry<V>> entries = new LinkedHashMap<>(16, 0.75f, true);
  private long bytes;

  public RecentlyUsed(long mostBytes) {
    this.mostBytes = mostBytes;
  }

  public synchronized @Nullable V get(String organization) {
    Entry<V> entry = entries.get(organization);
    return entry == null ? null : entry.value();
  }

  /** In the place of whatever is there. */
  public synchronized void put(String organization, V value, long itsBytes) {
    Entry<V> before = entries.put(organization, new Entry<>(value, itsBytes));
    bytes += itsBytes - (before == null ? 0 : before.bytes());
    Iterator<Entry<V>> eldest = entries.values().iterator();
    while (bytes > mostBytes && entries.size() > 1) {
      bytes -= eldest.next().bytes();
      eldest.remove();
    }
  }

  /** The value has grown; nothing happens if it is no longer the one that is there. */
  public synchronized void weigh(String organization, V value, long itsBytes) {
    if (get(organization) == value) {
      put(organization, value, itsBytes);
    }
  }

  public synchronized void remove(String organization) {
    Entry<V> removed = entries.remove(organization);
    bytes -= removed == null ? 0 : removed.bytes();
  }

  /** Those of all that are kept. */
  public synchronized long bytes() {
    return bytes;
  }
}
