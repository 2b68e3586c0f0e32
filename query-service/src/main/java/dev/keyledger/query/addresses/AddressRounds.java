package dev.keyledger.query.addresses;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.addresses.AddressIndex.Step;
import dev.keyledger.query.rounds.BackgroundRounds;
import dev.keyledger.query.versions.AppliedListener;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import org.springframework.stereotype.Component;

/**
 * Has the addresses of what was applied indexed soon after it was: once in an interval at most, and
 * now and then for what another replica applied and left. Looking for what is behind takes a
 * twentieth of the time.
 */
@Component
final class AddressRounds extends BackgroundRounds implements AppliedListener {
  private static final Duration OTHERS = Duration.ofSeconds(10);
  private static final int ORGANIZATIONS = 500;
  private static final int STEPS = 10;
  private static final int SHARE = 20;

  private final AddressIndex index;

  AddressRounds(AddressIndex index, AddressSettings settings) {
    super("addresses", "addresses cannot be indexed or swept", OTHERS, settings.interval());
    this.index = index;
  }

  @Override
  public void applied(int events) {
    if (events > 0) {
      due();
    }
  }

  @Override
  protected void round() throws InterruptedException {
    try {
      bringLevel();
    } finally {
      // Also what a search has found out, and what a process that ended in between has left.
      index.sweep();
    }
  }

  private void bringLevel() throws InterruptedException {
    boolean level = false;
    while (goesOn() && !level) {
      long began = System.nanoTime();
      List<OrganizationId> behind = index.behind(ORGANIZATIONS);
      long looked = System.nanoTime() - began;
      // So that two replicas seldom take the same.
      Collections.shuffle(behind);
      for (OrganizationId organization : behind) {
        if (steps(organization) == Step.HINDERED) {
          return;
        }
      }
      level = behind.isEmpty();
      rest(Duration.ofNanos(SHARE * looked));
    }
  }

  private Step steps(OrganizationId organization) {
    Step step = Step.DONE;
    for (int i = 0; i < STEPS && step == Step.DONE && goesOn(); i++) {
      step = index.step(organization);
    }
    return step;
  }
}
