package dev.keyledger.query.projection.fold;

import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Rows of one table while a batch is folded: as loaded, as changed, and which have changed. */
public final class Rows<K, R> {
  private final Map<K, R> loaded = new HashMap<>();
  private final Map<K, R> changed = new LinkedHashMap<>();

  public void load(K id, R row) {
    loaded.put(id, row);
  }

  public @Nullable R find(K id) {
    R row = changed.get(id);
    return row != null ? row : loaded.get(id);
  }

  /**
   * @throws ImpossibleEventException when there is no such row
   */
  R get(K id) {
    R row = find(id);
    if (row == null) {
      throw new ImpossibleEventException("it is about something that never came to be");
    }
    return row;
  }

  public void put(K id, R row) {
    changed.put(id, row);
  }

  public Collection<R> changed() {
    return changed.values();
  }
}
