package dev.keyledger.query.check;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.query.check.Finding.Kind;
import dev.keyledger.query.projection.fold.Fold;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.projection.fold.WorkingSet;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Whether an organisation's own rows are what its events make of them, by the projection's fold.
 */
final class StandingCheck {
  private final Pass pass;
  private final UUID organization;
  private final OrganizationStart start;
  private final WorkingSet set = new WorkingSet();
  private boolean broken;

  StandingCheck(Pass pass, UUID organization, OrganizationStart start) {
    this.pass = pass;
    this.organization = organization;
    this.start = start;
  }

  /**
   * @param kept what history keeps of the state before
   */
  void apply(LedgerEvent event, @Nullable String kept) {
    if (broken || !(event.event() instanceof StandingEvent)) {
      return;
    }
    try {
      if (!Objects.equals(Fold.apply(event, organization, set), kept)) {
        pass.found(
            Part.VIEWS,
            Kind.CHANGED,
            organization,
            event.position(),
            "what stands beside the event of the state before isn't what it was");
      }
    } catch (RuntimeException e) {
      // It can't follow on what is before it: one of these events isn't the one that was published.
      broken = true;
    }
  }

  void end() {
    if (broken) {
      return;
    }
    compare(List.copyOf(set.organizations.changed()), start.organizations(), "organisation");
    compare(policies(set.policies.changed()), policies(start.policies()), "policy");
  }

  // A policy's roles are written in an order that differs from one Java machine to the next.
  private static List<PolicyRow> policies(Collection<PolicyRow> rows) {
    return rows.stream()
        .map(row ->
            new PolicyRow(
                row.organization(),
                canonical(row.policy()),
                canonical(row.ceiling()),
                row.position(),
                row.changedAt()))
        .toList();
  }

  private static String canonical(String json) {
    try {
      return new String(CanonicalJson.of(json.getBytes(UTF_8)), UTF_8);
    } catch (RuntimeException e) {
      // No JSON: no event makes that of it.
      return json;
    }
  }

  private void compare(Collection<?> due, Collection<?> stored, String name) {
    if (!due.equals(stored)) {
      pass.found(
          Part.VIEWS,
          stored.isEmpty() ? Kind.MISSING : due.isEmpty() ? Kind.ADDED : Kind.CHANGED,
          organization,
          null,
          "the row of its " + name + " isn't what its events make of it");
    }
  }
}
