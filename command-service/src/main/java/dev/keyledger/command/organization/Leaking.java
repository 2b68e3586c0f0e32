package dev.keyledger.command.organization;

import dev.keyledger.command.organization.KeyCommand.ReportLeak;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.policy.Policy.LeakedKeys;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A secret was found where others can read it. That is recorded of each secret once, however often
 * it is found; whoever resumes a key that was suspended for it has decided, and no scanner decides
 * against them. Only where policy revokes, a later report still does.
 */
final class Leaking {
  private static final String REASON = "A secret of the key was found where others can read it.";

  private Leaking() {}

  /** Nothing where the secret works no more, or never was the key's. */
  static List<OrganizationEvent> decide(ReportLeak c, Optional<Key> key, LeakedKeys rule) {
    Instant at = c.context().at();
    Key.Secret found = key.flatMap(one -> one.secretOf(c.verifier(), at)).orElse(null);
    if (found == null) {
      return List.of();
    }
    Key theKey = key.orElseThrow();
    var events = new ArrayList<OrganizationEvent>();
    if (!found.leaked()) {
      events.add(new KeyLeaked(c.key(), found.prefix(), c.url(), c.source(), c.reportedBy(), at));
    }
    switch (rule) {
      case REVOKE -> events.add(new KeyRevoked(c.key(), KeyRevoked.Cause.LEAKED, null, at));
      case SUSPEND -> {
        if (!found.leaked() && !isSuspendedWithoutEnd(theKey, at)) {
          events.addAll(Suspending.recordEnd(key, at));
          events.add(new KeySuspended(c.key(), null, REASON, at));
        }
      }
      case REPORT -> {}
    }
    return events;
  }

  private static boolean isSuspendedWithoutEnd(Key key, Instant at) {
    return key.isSuspendedAt(at) && key.suspendedUntil(at) == null;
  }
}
