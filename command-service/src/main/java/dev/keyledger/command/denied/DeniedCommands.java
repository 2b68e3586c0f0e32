package dev.keyledger.command.denied;

import dev.keyledger.events.feed.Activity.By;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.counts.Counts;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Commands that were denied since they were last taken away, in bounded room, so that nobody can
 * fill a history or the heap, or keep what others do out of it: of one person or key so many are
 * told apart and the rest summed up by code, and of one organisation so many are taken. Outsiders,
 * of whom one count for each organisation and code is kept, have a room of their own, of which none
 * has more than their share, nor all together that act in one organisation: they name what they
 * like. What has no room is counted in {@code keyledger.counts.lost}. No refusal waits for any of
 * that.
 */
@Component
public final class DeniedCommands {
  static final int MOST = 10_000;
  static final int MOST_OF_OUTSIDERS = 1_000;
  static final int MOST_OF_OUTSIDERS_OF_AN_ORGANIZATION = 100;
  static final int MOST_OF_AN_ORGANIZATION = 500;
  static final int MOST_OF_A_CALLER = 20;

  private final Counter lost;
  private final Counts<DeniedCommand> insiders;
  private final Counts<DeniedCommand> outsiders;
  private final Room<String> organizations = new Room<>(MOST_OF_AN_ORGANIZATION, MOST);
  private final Room<String> callers = new Room<>(MOST_OF_A_CALLER, MOST);
  private final Room<String> outsideCallers = new Room<>(MOST_OF_A_CALLER, MOST);
  private final Room<OrganizationId> outsideOrganizations =
      new Room<>(MOST_OF_OUTSIDERS_OF_AN_ORGANIZATION, MOST);

  DeniedCommands(MeterRegistry registry) {
    lost = registry.counter("keyledger.counts.lost", "counts", "denied_commands");
    insiders = new Counts<>(MOST, more -> lost.increment((double) more));
    outsiders = new Counts<>(MOST_OF_OUTSIDERS, more -> lost.increment((double) more));
  }

  /**
   * @param now milliseconds since the epoch
   */
  public void add(DeniedCommand denied, Asker asker, long now) {
    if (denied.caller().by() == By.OUTSIDER) {
      addOutsiders(denied.inSum(), asker, now);
    } else if (!insiders.addKnown(denied, 1, now)) {
      addNew(callers.take(asker.who()) ? denied : denied.inSum(), now);
    }
  }

  private void addOutsiders(DeniedCommand denied, Asker asker, long now) {
    if (outsiders.addKnown(denied, 1, now)) {
      return;
    }
    if (outsideCallers.take(asker.who())
        && (asker.of() == null || outsideOrganizations.take(asker.of()))) {
      outsiders.add(denied, 1, now);
    } else {
      lost.increment();
    }
  }

  private void addNew(DeniedCommand denied, long now) {
    if (insiders.addKnown(denied, 1, now)) {
      return;
    }
    if (organizations.take(denied.organization())) {
      insiders.add(denied, 1, now);
    } else {
      lost.increment();
    }
  }

  /** Everything counted since the last time. */
  List<Counted<DeniedCommand>> takeInsiders() {
    organizations.clear();
    callers.clear();
    return insiders.take();
  }

  /** The same, of outsiders. */
  List<Counted<DeniedCommand>> takeOutsiders() {
    outsideCallers.clear();
    outsideOrganizations.clear();
    return outsiders.take();
  }

  /** What was counted, and can't be told. */
  void lost(Counted<DeniedCommand> denied) {
    lost.increment((double) denied.count());
  }
}
