package dev.keyledger.command.leaks;

import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.kit.web.bounds.Network;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Reports of those who show no credential: answered before anybody is looked for, so that neither
 * the answer nor its time tells anything, and gone through by one thread. They are in memory alone,
 * and go with their replica; who scans reports again.
 */
@Component
public final class WaitingReports implements SmartLifecycle {
  /** Secrets that wait in one replica. One network has half of them at most. */
  static final int MOST = 20_000;

  private static final Logger log = LoggerFactory.getLogger(WaitingReports.class);
  private static final int MOST_TRIES = 30;
  private static final long PAUSE_MILLIS = 1_000;

  private record Report(Network network, List<FoundSecret> found, Origin origin) {}

  private final Leaks leaks;
  private final Clock clock;
  private final Counter lost;
  private final FairShare<Network> room = new FairShare<>(MOST);
  private final LinkedBlockingQueue<Report> waiting = new LinkedBlockingQueue<>();
  private volatile @Nullable Thread thread;

  WaitingReports(Leaks leaks, Clock clock, MeterRegistry meters) {
    this.leaks = leaks;
    this.clock = clock;
    this.lost =
        Counter.builder("keyledger.leaks.lost")
            .description("Reported secrets that could not be looked at for half a minute")
            .register(meters);
  }

  /**
   * @param network of who reports
   * @return whether there was room
   */
  public boolean put(Network network, List<FoundSecret> found, Origin origin) {
    if (found.isEmpty()) {
      return true;
    }
    if (!room.tryTake(network, found.size())) {
      return false;
    }
    waiting.add(new Report(network, List.copyOf(found), origin));
    return true;
  }

  private void run(Thread self) {
    while (thread == self) {
      try {
        Report next = waiting.poll(1, TimeUnit.SECONDS);
        if (next != null) {
          goThrough(next);
        }
      } catch (InterruptedException e) {
        return;
      }
    }
  }

  private void goThrough(Report report) throws InterruptedException {
    try {
      for (int tries = 1; !isDone(report); tries++) {
        if (tries == MOST_TRIES) {
          log.error("{} reported secrets were given up", report.found().size());
          lost.increment(report.found().size());
          return;
        }
        TimeUnit.MILLISECONDS.sleep(PAUSE_MILLIS);
      }
    } finally {
      room.giveBack(report.network(), report.found().size());
    }
  }

  private boolean isDone(Report report) {
    try {
      var context = new CommandContext(Actor.SYSTEM, report.origin(), clock.instant());
      var unused = leaks.report(report.found(), organization -> true, context, null);
      return true;
    } catch (RuntimeException e) {
      // Its message may be of anything; the next try does what is left.
      log.warn("Reported secrets wait: {}", e.getClass().getSimpleName());
      return false;
    }
  }

  @Override
  public synchronized void start() {
    thread =
        Thread.ofPlatform()
            .daemon()
            .name("keyledger-leaks")
            .unstarted(() -> run(Thread.currentThread()));
    thread.start();
  }

  @Override
  public synchronized void stop() {
    Thread running = thread;
    thread = null;
    if (running != null) {
      running.interrupt();
      try {
        running.join(5_000);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return thread != null;
  }
}
