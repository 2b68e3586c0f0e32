package dev.keyledger.command.deadlines;

import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.StandingCommand.LookAtAges;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.kit.database.AgreedClock;
import java.time.Duration;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Has organisations say which keys come near the age that policy lets them reach, and which have
 * reached it, on any replica. Nothing depends on when: a secret is refused from that age on by the
 * time itself. An organisation's row is moved on only once it has decided, and it says nothing
 * twice, so a replica may die anywhere.
 */
@Component
final class AgeRounds {
  private static final Logger log = LoggerFactory.getLogger(AgeRounds.class);
  private static final int AT_ONCE = 20;
  private static final Duration ROUND = Duration.ofSeconds(3);

  private final KeyAgeTable table;
  private final Ledger ledger;
  private final AgreedClock clock;

  AgeRounds(KeyAgeTable table, Ledger ledger, AgreedClock clock) {
    this.table = table;
    this.ledger = ledger;
    this.clock = clock;
  }

  // Once a day at least: a release that knows no ages may have made a key meanwhile.
  private @Nullable Instant next(Decided decided) {
    if (decided.standing().policy().keys().ageBounds() == null) {
      return null;
    }
    Instant tomorrow = decided.at().plus(Duration.ofDays(1));
    Instant next = decided.nextAge();
    return next == null || next.isAfter(tomorrow) ? tomorrow : next;
  }

  /** A portion of each organisation that is due. */
  void round() {
    long until = System.nanoTime() + ROUND.toNanos();
    for (KeyAgeTable.Due due : table.claim(clock.instant(), AT_ONCE)) {
      if (System.nanoTime() - until >= 0) {
        // The thread has other things to do; these are looked at again soon.
        return;
      }
      try {
        Decided decided =
            ledger.execute(
                new LookAtAges(
                    due.organization(),
                    new CommandContext(Actor.SYSTEM, Origin.NONE, clock.instant())));
        table.lookAgain(due, next(decided));
      } catch (RuntimeException | Error e) {
        // Its claim runs out, and a replica looks again; the others need not wait for it.
        log.warn("The ages of keys of {} were not looked at yet", due.organization(), e);
      }
    }
  }
}
