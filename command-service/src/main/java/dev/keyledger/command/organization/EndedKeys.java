package dev.keyledger.command.organization;

import dev.keyledger.events.id.KeyId;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * Keys that ended, as {@link KeyBytes} in chunks that are only ever added to, and a table that
 * finds them by id: about eighty bytes for one. What a snapshot holds of them are the chunks
 * themselves.
 */
final class EndedKeys {
  private static final int SMALLEST_CHUNK = 1 << 10;
  private static final int LARGEST_CHUNK = 1 << 20;
  private static final int OFFSET_BITS = 20;
  private static final int OFFSETS = (1 << OFFSET_BITS) - 1;
  private static final int EMPTY = -1;

  private final KeyBytes form;
  private final List<byte[]> chunks = new ArrayList<>();
  private int used;
  private long bytes;

  // Places of keys, chunk and offset in one, by their ids' lower half: it is random.
  private int[] places = new int[16];
  private int size;

  EndedKeys() {
    this(new KeyBytes());
  }

  private EndedKeys(KeyBytes form) {
    this.form = form;
    Arrays.fill(places, EMPTY);
  }

  /**
   * @param words and chunks as {@link #frozen} gave them
   * @param origins is told of each key
   * @throws RuntimeException for chunks that are none
   */
  static EndedKeys restore(
      KeyBytes.Words words, Iterable<byte[]> chunks, Consumer<KeyBytes.Origin> origins) {
    var keys = new EndedKeys(new KeyBytes(words));
    for (byte[] chunk : chunks) {
      keys.chunks.add(chunk);
      keys.used = chunk.length;
      keys.bytes += chunk.length;
      for (int at = 0; at < chunk.length; at = KeyBytes.behind(chunk, at)) {
        if (keys.enter(keys.chunks.size() - 1, at)) {
          origins.accept(keys.form.origin(chunk, at));
        }
      }
    }
    return keys;
  }

  void add(Key key) {
    byte[] record = form.write(key);
    if (chunks.isEmpty() || used + record.length > LARGEST_CHUNK) {
      cutLast();
      chunks.add(new byte[Math.max(chunks.isEmpty() ? SMALLEST_CHUNK : 0, record.length)]);
      bytes += chunks.getLast().length;
      used = 0;
    }
    byte[] chunk = chunks.getLast();
    if (used + record.length > chunk.length) {
      int larger = Math.min(LARGEST_CHUNK, Math.max(2 * chunk.length, used + record.length));
      // A frozen one stays with whoever holds it.
      bytes += larger - chunk.length;
      chunk = Arrays.copyOf(chunk, larger);
      chunks.set(chunks.size() - 1, chunk);
    }
    System.arraycopy(record, 0, chunk, used, record.length);
    enter(chunks.size() - 1, used);
    used += record.length;
  }

  /** Nothing is added to it any more, and whoever reads it reads to its end. */
  private void cutLast() {
    if (!chunks.isEmpty()) {
      byte[] last = chunks.removeLast();
      chunks.add(Arrays.copyOf(last, used));
      bytes += used - last.length;
    }
  }

  /** Whether there was none of that id; a later one takes an earlier one's place. */
  private boolean enter(int chunk, int at) {
    if (size >= places.length / 4 * 3) {
      grow();
    }
    byte[] bytesOfIt = chunks.get(chunk);
    int slot = slotOf(IdBits.at(bytesOfIt, KeyBytes.idAt(bytesOfIt, at)));
    boolean isNew = places[slot] == EMPTY;
    places[slot] = chunk << OFFSET_BITS | at;
    size += isNew ? 1 : 0;
    return isNew;
  }

  private void grow() {
    int[] before = places;
    places = new int[2 * before.length];
    Arrays.fill(places, EMPTY);
    for (int place : before) {
      if (place != EMPTY) {
        byte[] chunk = chunkOf(place);
        places[slotOf(IdBits.at(chunk, KeyBytes.idAt(chunk, place & OFFSETS)))] = place;
      }
    }
  }

  /** Where the id's place stands or belongs. */
  private int slotOf(IdBits id) {
    int mask = places.length - 1;
    int slot = id.hash() & mask;
    while (places[slot] != EMPTY && !isAt(places[slot], id)) {
      slot = slot + 1 & mask;
    }
    return slot;
  }

  private boolean isAt(int place, IdBits id) {
    byte[] chunk = chunkOf(place);
    return id.isAt(chunk, KeyBytes.idAt(chunk, place & OFFSETS));
  }

  private byte[] chunkOf(int place) {
    return chunks.get(place >>> OFFSET_BITS);
  }

  Optional<Key> find(KeyId id) {
    int place = places[slotOf(IdBits.of(id))];
    return place == EMPTY
        ? Optional.empty()
        : Optional.of(form.read(chunkOf(place), place & OFFSETS));
  }

  int size() {
    return size;
  }

  /** In memory, about. */
  long bytes() {
    return bytes + 4L * places.length + 100L * form.distinctWords();
  }

  /** The chunks as of now, whatever is added later. */
  record Frozen(KeyBytes.Words words, List<byte[]> chunks, int used) {
    /** Each chunk cut to what is in it. */
    List<byte[]> cut() {
      var cut = new ArrayList<>(chunks);
      if (!cut.isEmpty()) {
        cut.set(cut.size() - 1, Arrays.copyOf(cut.getLast(), used));
      }
      return cut;
    }
  }

  Frozen frozen() {
    return new Frozen(form.words(), List.copyOf(chunks), used);
  }
}
