package dev.keyledger.query.addresses;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.addresses.AddressIndex.Step;
import dev.keyledger.query.versions.AppliedListener;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Has the addresses of what was applied indexed soon after it was: once in an interval at most, and
 * now and then for what another replica applied and left. Looking for what is behind takes a
 * twentieth of the time.
 */
@Component
final class AddressRounds implements AppliedListener, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(AddressRounds.class);
  private static final long OTHERS_SECONDS = 10;
  private static final int ORGANIZATIONS = 500;
  private static final int STEPS = 10;
  private static final int SHARE = 20;

  private final AddressIndex index;
  private final AddressSettings settings;
  private final Semaphore applied = new Semaphore(0);
  private volatile boolean running;

  AddressRounds(AddressIndex index, AddressSettings settings) {
    this.index = index;
    this.settings = settings;
  }

  @Override
  public void applied(int events) {
    if (events > 0) {
      applied.release();
    }
  }

  private void rounds() {
    try {
      while (running) {
        boolean level = round();
        sweep();
        TimeUnit.NANOSECONDS.sleep(settings.interval().toNanos());
        if (level) {
          boolean unused = applied.tryAcquire(OTHERS_SECONDS, TimeUnit.SECONDS);
        }
        applied.drainPermits();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  // Also what a search has found out, and what a process that ended in between has left.
  private void sweep() {
    try {
      index.sweep();
    } catch (DataAccessException | TransactionException e) {
      // The next round is soon.
      log.warn("addresses cannot be swept just now: {}", e.getClass().getSimpleName());
    }
  }

  /**
   * @return whether nothing is known to be left
   */
  private boolean round() throws InterruptedException {
    try {
      boolean level = false;
      while (running && !level) {
        long began = System.nanoTime();
        List<OrganizationId> behind = index.behind(ORGANIZATIONS);
        long looked = System.nanoTime() - began;
        // So that two replicas seldom take the same.
        Collections.shuffle(behind);
        for (OrganizationId organization : behind) {
          if (steps(organization) == Step.HINDERED) {
            return true;
          }
        }
        level = behind.isEmpty();
        TimeUnit.NANOSECONDS.sleep(SHARE * looked);
      }
      return true;
    } catch (DataAccessException | TransactionException e) {
      // The next round is soon.
      log.warn("addresses cannot be indexed just now: {}", e.getClass().getSimpleName());
    } catch (RuntimeException e) {
      log.error("addresses cannot be indexed", e);
    }
    return true;
  }

  private Step steps(OrganizationId organization) {
    Step step = Step.DONE;
    for (int i = 0; i < STEPS && step == Step.DONE && running; i++) {
      step = index.step(organization);
    }
    return step;
  }

  @Override
  public void start() {
    running = true;
    Thread.ofPlatform().daemon().name("addresses").start(this::rounds);
  }

  @Override
  public void stop() {
    running = false;
    applied.release();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
