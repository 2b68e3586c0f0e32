package dev.keyledger.query.past;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.OrganizationId;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The events that what a key was good for rests on, up to a position, each list in their order.
 *
 * @param at the time by which ends count
 * @param standing of the organisation itself, at least its first and the last of each type
 * @param members all of members
 * @param key all of the key, the first of which made it
 */
public record KeyEvidence(
    OrganizationId organization,
    long position,
    Instant at,
    List<LedgerEvent> standing,
    List<LedgerEvent> members,
    List<LedgerEvent> key) {

  public KeyEvidence {
    standing = List.copyOf(standing);
    members = List.copyOf(members);
    key = List.copyOf(key);
  }

  static Optional<LedgerEvent> last(List<LedgerEvent> events, Class<?>... types) {
    return last(events, event -> isOneOf(event, types));
  }

  static Optional<LedgerEvent> last(List<LedgerEvent> events, Predicate<OrganizationEvent> which) {
    return events.reversed().stream().filter(event -> which.test(event.event())).findFirst();
  }

  static LedgerEvent later(LedgerEvent one, @Nullable LedgerEvent other) {
    return other != null && other.position() > one.position() ? other : one;
  }

  private static boolean isOneOf(OrganizationEvent event, Class<?>... types) {
    for (Class<?> type : types) {
      if (type.isInstance(event)) {
        return true;
      }
    }
    return false;
  }
}
