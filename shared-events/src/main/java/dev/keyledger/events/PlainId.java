package dev.keyledger.events;

import dev.keyledger.events.id.Id;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * An id as it stood in one place last: of events in a row many have the same organisation, member
 * and key, and neither a text nor a check is needed once more.
 */
final class PlainId<T extends Id> {
  private final Function<String, T> ids;
  private byte[] quoted = {};
  private @Nullable T last;

  PlainId(Function<String, T> ids) {
    this.ids = ids;
  }

  /**
   * @throws IllegalArgumentException where the next text is no such id
   */
  T next(PlainJson json) {
    T known = last;
    if (known != null && json.passes(quoted)) {
      return known;
    }
    T id = ids.apply(json.text());
    last = id;
    quoted = PlainJson.quoted(id.value());
    return id;
  }
}
