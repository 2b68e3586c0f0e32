package dev.keyledger.command.deadlines;

import dev.keyledger.command.deadlines.KeyDeadlines.Near;
import dev.keyledger.command.ledger.Decided;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.ledger.LedgerSettings;
import dev.keyledger.command.organization.Causes;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.KeyCommand.WarnOfEnd;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.database.AgreedClock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * Has organisations say that keys end soon, on any replica. The row of a key is moved on only once
 * its organisation has decided, and that says nothing twice: so a replica may die anywhere.
 */
@Component
final class EndWarnings {
  private static final Logger log = LoggerFactory.getLogger(EndWarnings.class);

  private static final Duration ROUND = Duration.ofSeconds(3);

  private final KeyDeadlines deadlines;
  private final EndingLetters letters;
  private final Ledger ledger;
  private final AgreedClock clock;
  private final long from;

  EndWarnings(
      KeyDeadlines deadlines,
      EndingLetters letters,
      Ledger ledger,
      AgreedClock clock,
      LedgerSettings settings) {
    this.deadlines = deadlines;
    this.letters = letters;
    this.ledger = ledger;
    this.clock = clock;
    this.from = System.nanoTime() + settings.warningsAfter().toNanos();
  }

  /** A portion of what is due, and letters. */
  void round() {
    if (System.nanoTime() - from >= 0) {
      look();
    }
    letters.put();
  }

  private void look() {
    long until = System.nanoTime() + ROUND.toNanos();
    List<Near> near = deadlines.near(clock.instant());
    Set<OrganizationId> failing = new HashSet<>();
    for (Near one : near) {
      if (System.nanoTime() - until >= 0) {
        // The thread has other things to do; these are looked at again soon.
        return;
      }
      if (failing.contains(one.organization())) {
        continue;
      }
      try {
        look(one);
      } catch (RuntimeException | Error e) {
        // Looked at again when it is its turn; the organisation's others would fail alike.
        log.warn("Whether {} ends soon was not looked at yet", one.key(), e);
        failing.add(one.organization());
      }
    }
  }

  private void look(Near one) {
    Origin origin =
        one.setBy() == null
            ? Origin.NONE
            : Origin.NONE.because(
                Causes.ofDeadline(Causes.Deadline.EXPIRY, one.setBy(), one.position()));
    Decided decided =
        ledger.execute(
            new WarnOfEnd(
                one.organization(),
                new CommandContext(Actor.SYSTEM, origin, clock.instant()),
                one.key()));
    Key key = decided.key();
    deadlines.lookAgain(
        one.organization(),
        one.key(),
        key == null ? null : key.nextWarningAfter(decided.at()).orElse(null));
  }
}
