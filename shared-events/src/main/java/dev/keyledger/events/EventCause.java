package dev.keyledger.events;

import dev.keyledger.events.id.EventId;
import org.jspecify.annotations.Nullable;

/**
 * Why there is an event: a command asked for it, or something else that had happened made it due.
 *
 * @param name of the command or of the reaction: a word that never changes
 * @param event that a reaction answers, or that set the time that came; {@code null} for a command,
 *     and where it isn't known
 * @param position of that event
 */
public record EventCause(Kind kind, String name, @Nullable EventId event, @Nullable Long position) {
  public enum Kind {
    COMMAND,
    REACTION
  }

  public static EventCause command(String name) {
    return new EventCause(Kind.COMMAND, name, null, null);
  }

  /** To a time that came. */
  public static EventCause reaction(String name) {
    return new EventCause(Kind.REACTION, name, null, null);
  }

  public static EventCause reaction(String name, EventId event, long position) {
    return new EventCause(Kind.REACTION, name, event, position);
  }
}
