package dev.keyledger.command.organization;

import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.OrganizationEvent;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/** That a key is refused for a while, and that this is over. */
final class Suspending {
  private Suspending() {}

  static List<OrganizationEvent> begin(SuspendKey c, Key key) {
    Instant at = c.context().at();
    KeyRing.mustBeLive(key, at);
    Fields.endOfSuspension("until", c.until(), at);
    List<OrganizationEvent> events = new ArrayList<>(recordEnd(Optional.of(key), at));
    if (!key.isSuspendedAt(at) || !Objects.equals(key.suspendedUntil(at), c.until())) {
      events.add(new KeySuspended(key.id(), c.until(), c.reason(), at));
    }
    return events;
  }

  static List<OrganizationEvent> end(Key key, Instant at) {
    KeyRing.mustBeLive(key, at);
    return key.isSuspendedAt(at) ? List.of(new KeyResumed(key.id(), at, at)) : List.of();
  }

  /** Where one was over by the clock, and no event says so. */
  static List<OrganizationEvent> recordEnd(Optional<Key> key, Instant at) {
    return key
        .filter(one -> one.ended() == null)
        .flatMap(one ->
            one.suspensionPastDueAt(at)
                .<OrganizationEvent>map(due -> new KeyResumed(one.id(), due, at)))
        .stream()
        .toList();
  }
}
