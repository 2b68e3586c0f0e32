package dev.keyledger.command.leaks;

import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Secrets of those who show no credential: answered before anybody is looked for, so that neither
 * the answer nor its time tells anything, and gone through by one thread, a few of each network at
 * a time. They are in memory: what waits when its replica dies is lost, and when it is stopped it
 * gets some seconds.
 */
@Component
public final class WaitingReports implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(WaitingReports.class);
  private static final int BEHIND_THE_WEB_SERVER = 1_001;
  private static final int MOST_TRIES = 300;
  private static final Duration PAUSE = Duration.ofSeconds(2);
  private static final Duration TO_STOP = Duration.ofSeconds(5);

  private final Leaks leaks;
  private final Clock clock;
  private final Counter lost;
  private final SecretsInTurn waiting = new SecretsInTurn(SecretsInTurn.MOST);
  private volatile boolean stopping;
  private volatile @Nullable Thread thread;

  WaitingReports(Leaks leaks, Clock clock, MeterRegistry meters) {
    this.leaks = leaks;
    this.clock = clock;
    this.lost =
        Counter.builder("keyledger.leaks.lost")
            .description("Reported secrets that were accepted, and nobody could look at")
            .register(meters);
  }

  /**
   * @param address of who reports
   * @return whether there was room for all of them; else none is taken
   */
  public boolean put(String address, List<FoundSecret> found, Origin origin) {
    return !stopping && waiting.put(address, found, origin);
  }

  private void run() {
    while (!stopping || !waiting.isEmpty()) {
      try {
        List<SecretsInTurn.Waiting> some = waiting.take(System.nanoTime());
        if (some.isEmpty()) {
          TimeUnit.MILLISECONDS.sleep(stopping ? 50 : 200);
        } else {
          goThrough(some);
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        log.warn("Reported secrets can't be looked at: {}", e.getClass().getSimpleName());
      }
    }
  }

  private void goThrough(List<SecretsInTurn.Waiting> some) {
    Leaks.Reported reported;
    try {
      reported =
          leaks.report(
              some.stream().map(SecretsInTurn.Waiting::secret).toList(),
              organization -> true,
              one -> new CommandContext(Actor.SYSTEM, originOf(some, one), clock.instant()),
              null);
    } catch (RuntimeException | Error e) {
      // Its message may be of anything.
      log.warn("Reported secrets wait: {}", e.getClass().getSimpleName());
      some.forEach(this::again);
      return;
    }
    for (SecretsInTurn.Waiting one : some) {
      if (reported.isUndone(one.secret())) {
        again(one);
      } else {
        waiting.done(one);
      }
    }
  }

  private static Origin originOf(List<SecretsInTurn.Waiting> some, FoundSecret secret) {
    return some.stream()
        .filter(one -> one.secret().equals(secret))
        .findFirst()
        .map(SecretsInTurn.Waiting::origin)
        .orElse(Origin.NONE);
  }

  private void again(SecretsInTurn.Waiting one) {
    if (one.tries() + 1 >= MOST_TRIES) {
      log.error("A reported secret was given up after {} tries", MOST_TRIES);
      lost.increment();
      waiting.done(one);
    } else {
      waiting.again(one, System.nanoTime() + PAUSE.toNanos());
    }
  }

  /** Ends after the last request was answered, and while the relay still publishes. */
  @Override
  public int getPhase() {
    return BEHIND_THE_WEB_SERVER;
  }

  @Override
  public synchronized void start() {
    stopping = false;
    Thread started = Thread.ofPlatform().daemon().name("keyledger-leaks").unstarted(this::run);
    thread = started;
    started.start();
  }

  @Override
  public synchronized void stop() {
    Thread running = thread;
    stopping = true;
    thread = null;
    if (running == null) {
      return;
    }
    try {
      running.join(TO_STOP);
      running.interrupt();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    long left = waiting.size();
    if (left > 0) {
      log.error("{} reported secrets were lost with this replica", left);
      lost.increment(left);
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
