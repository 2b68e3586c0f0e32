package dev.keyledger.delivery.events;

import dev.keyledger.events.EventTypes;
import dev.keyledger.events.subscription.EventPattern;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/** Which types of events are asked for, by patterns: see {@link EventPattern}. */
public final class EventFilter {
  private static final String ALL = "*";

  public static final EventFilter EVERYTHING = new EventFilter(List.of(ALL));

  private final List<String> patterns;
  private final Set<String> types;

  public EventFilter(List<String> patterns) {
    this.patterns = List.copyOf(patterns);
    this.types =
        EventTypes.all().keySet().stream()
            .filter(type -> EventPattern.matches(patterns, type))
            .collect(Collectors.toUnmodifiableSet());
  }

  List<String> patterns() {
    return patterns;
  }

  /** Those of later releases too: of positions none is left out. */
  boolean isOfAll() {
    return patterns.contains(ALL);
  }

  /**
   * @param type one that this release knows: no other event is held
   */
  boolean wants(String type) {
    return types.contains(type);
  }
}
