package dev.keyledger.query.addresses;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.addresses.AddressIndex.Step;
import dev.keyledger.query.rounds.BackgroundRounds;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Has the networks that activity tells hashed a little after they were stored. On a thread of its
 * own, so that neither of the two indexes waits for the other.
 */
@Component
final class NetworkRounds extends BackgroundRounds {
  private static final Duration UNASKED = Duration.ofSeconds(10);
  private static final int ORGANIZATIONS = 500;
  private static final int STEPS = 10;

  private final NetworkIndex index;

  NetworkRounds(NetworkIndex index, AddressSettings settings) {
    super("networks", "networks cannot be hashed", UNASKED, settings.interval());
    this.index = index;
  }

  @Override
  protected void round() {
    boolean more = true;
    while (more && goesOn()) {
      more = pass();
    }
  }

  /**
   * A few steps for each organisation that has any.
   *
   * @return whether one of them may have more
   */
  private boolean pass() {
    boolean more = false;
    List<OrganizationId> behind = index.behind(null, ORGANIZATIONS);
    while (!behind.isEmpty()) {
      OrganizationId last = behind.getLast();
      // So that two replicas seldom take the same, and one that hinders never holds up all others.
      Collections.shuffle(behind);
      for (OrganizationId organization : behind) {
        Step step = steps(organization);
        if (step == Step.HINDERED || !goesOn()) {
          return false;
        }
        more |= step == Step.DONE;
      }
      behind = index.behind(last, ORGANIZATIONS);
    }
    return more;
  }

  private Step steps(OrganizationId organization) {
    Step step = Step.DONE;
    for (int i = 0; i < STEPS && step == Step.DONE && goesOn(); i++) {
      step = index.step(organization);
    }
    return step;
  }
}
