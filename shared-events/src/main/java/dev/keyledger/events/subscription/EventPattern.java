package dev.keyledger.events.subscription;

import java.util.Collection;
import java.util.List;

/**
 * Which types of events a subscriber is told of: one, as {@code key.revoked}; all that begin alike,
 * as {@code key.*}; or {@code *} for all, those of later releases among them.
 */
public final class EventPattern {
  private static final String ALL = "*";
  private static final String ALL_OF = ".*";

  private EventPattern() {}

  /** Whether one of the patterns is of that type. */
  public static boolean matches(List<String> patterns, String type) {
    return patterns.stream().anyMatch(pattern -> matches(pattern, type));
  }

  /** Whether the pattern is of any of these types: one that is of none is a mistake. */
  public static boolean isKnown(String pattern, Collection<String> types) {
    return types.stream().anyMatch(type -> matches(pattern, type));
  }

  private static boolean matches(String pattern, String type) {
    return pattern.equals(ALL)
        || pattern.equals(type)
        || pattern.endsWith(ALL_OF)
            && type.startsWith(pattern.substring(0, pattern.length() - 1))
            && type.indexOf('.') == pattern.length() - ALL_OF.length();
  }
}
