package dev.keyledger.conformance.script;

import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What is given to one sentence. What another was given by the same words, about the same
 * organisations and people, is not made again, unless the sentence wants to be alone.
 */
final class Assumptions {
  /** What is known since, by wording and what was known of those whom it names. */
  static final class Shared {
    private final Map<String, Map<String, String>> made = new HashMap<>();

    /** When time moves: sessions and tokens among it may have ended. */
    void forget() {
      made.clear();
    }
  }

  private final Set<String> wordings = new HashSet<>();
  private final Map<String, String> known = new HashMap<>();
  private @Nullable Shared shared;

  Assumptions(Shared shared) {
    this.shared = shared;
  }

  void leaveTheOthers() {
    shared = null;
  }

  /** All that is known by what was given so far. */
  Map<String, String> known() {
    return Map.copyOf(known);
  }

  /**
   * @param maker makes it and returns all that is known then
   * @return what is known by it; nothing when it was given before
   */
  Map<String, String> take(String wording, Supplier<Map<String, String>> maker) {
    if (!wordings.add(wording)) {
      return Map.of();
    }
    String key = wording + " " + ofThoseIn(wording);
    Map<String, String> made = shared == null ? null : shared.made.get(key);
    if (made == null) {
      Map<String, String> before = known();
      made = new HashMap<>(maker.get());
      made.entrySet().removeAll(before.entrySet());
      if (shared != null) {
        shared.made.put(key, made);
      }
    }
    known.putAll(made);
    return made;
  }

  private Map<String, String> ofThoseIn(String wording) {
    List<String> words = List.of(wording.split("[ ,]+"));
    var theirs = new TreeMap<>(known);
    theirs.keySet().removeIf(name -> !words.contains(name.replaceFirst("\\..*", "")));
    return theirs;
  }
}
