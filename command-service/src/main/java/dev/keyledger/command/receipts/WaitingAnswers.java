package dev.keyledger.command.receipts;

import dev.keyledger.events.id.OrganizationId;
import java.util.HashMap;
import java.util.Map;

/** How many answers wait at once for what they have to look for in the database. */
final class WaitingAnswers {
  static final int MOST = 200;
  static final int MOST_OF_ONE = 50;

  private final Map<OrganizationId, Integer> byOrganization = new HashMap<>();
  private int all;

  /** Whether there is room for one more, which has to leave then. */
  synchronized boolean tryEnter(OrganizationId organization) {
    int own = byOrganization.getOrDefault(organization, 0);
    if (all >= MOST || own >= MOST_OF_ONE) {
      return false;
    }
    byOrganization.put(organization, own + 1);
    all++;
    return true;
  }

  synchronized void leave(OrganizationId organization) {
    byOrganization.computeIfPresent(organization, (one, own) -> own > 1 ? own - 1 : null);
    all--;
  }
}
