package dev.keyledger.command.leaks;

import dev.keyledger.command.leaks.ReportedSecrets.Taken;
import dev.keyledger.command.leaks.ReportsInTurn.Report;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.kit.web.bounds.Network;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Secrets of those who show no credential: kept and answered before anybody is looked for, so that
 * neither the answer nor its time tells anything, and gone through by one thread of each replica, a
 * few of each neighbourhood at a time. They are kept by one thread too: however many report, they
 * take one connection to the database.
 */
@Component
public final class WaitingReports implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(WaitingReports.class);
  private static final int BEHIND_THE_WEB_SERVER = 1_001;
  private static final Duration TO_KEEP = Duration.ofSeconds(2);
  private static final Duration UNASKED = Duration.ofSeconds(1);
  private static final Duration TO_STOP = Duration.ofSeconds(5);

  /**
   * A neighbourhood is 256 addresses of IPv4, or a site of IPv6, which has networks without end.
   */
  private static final int BITS_OF_IPV4 = 24;

  private static final int BITS_OF_IPV6 = 48;

  /** What became of a report. */
  public enum Kept {
    YES,
    /** There is no room for as many of that neighbourhood. */
    NO_ROOM,
    /** It can't be kept now. */
    NO
  }

  private final Leaks leaks;
  private final ReportedSecrets table;
  private final Clock clock;
  private final Counter lost;
  private final ReportsInTurn reports = new ReportsInTurn(ReportedSecrets.MOST);
  private final Semaphore kept = new Semaphore(0);
  private volatile boolean stopping;
  private volatile @Nullable Thread keeping;
  private volatile @Nullable Thread looking;

  WaitingReports(Leaks leaks, ReportedSecrets table, Clock clock, MeterRegistry meters) {
    this.leaks = leaks;
    this.table = table;
    this.clock = clock;
    this.lost =
        Counter.builder("keyledger.leaks.lost")
            .description("Reported secrets that were accepted, and nobody could look at")
            .register(meters);
  }

  /**
   * Waits until they are kept, for two seconds at most.
   *
   * @param address of who reports
   */
  public Kept put(String address, List<FoundSecret> found, Origin origin) {
    Network neighbourhood =
        Objects.requireNonNullElseGet(
            Network.around(address, BITS_OF_IPV4, BITS_OF_IPV6), () -> new Network(address));
    List<FoundSecret> secrets = found.isEmpty() ? List.of(FoundSecret.NONE) : found;
    var report = new Report(neighbourhood, secrets, origin, new CompletableFuture<>());
    if (stopping || !reports.put(report)) {
      return Kept.NO_ROOM;
    }
    try {
      boolean room = report.kept().orTimeout(TO_KEEP.toMillis(), TimeUnit.MILLISECONDS).join();
      return room ? Kept.YES : Kept.NO_ROOM;
    } catch (CompletionException e) {
      return Kept.NO;
    }
  }

  private void keepAll() {
    while (!stopping) {
      try {
        Report next = reports.take(UNASKED.toMillis());
        if (next != null) {
          keep(next);
        }
      } catch (InterruptedException e) {
        log.debug("No report is kept here any more");
      }
    }
  }

  private void keep(Report report) {
    try {
      // Whoever reports has been told by then that it can't be kept.
      if (!report.kept().isDone()) {
        report.kept().complete(table.keep(report));
        kept.release();
      }
    } catch (RuntimeException | Error e) {
      log.warn("Reported secrets can't be kept: {}", e.getClass().getSimpleName());
      report.kept().completeExceptionally(e);
    } finally {
      reports.done(report);
    }
  }

  private void lookAtAll() {
    while (!stopping) {
      try {
        // What others left is looked for unasked.
        boolean unused = kept.tryAcquire(UNASKED.toMillis(), TimeUnit.MILLISECONDS);
        kept.drainPermits();
        List<Taken> some = table.take();
        while (!some.isEmpty() && !stopping) {
          goThrough(some);
          some = table.take();
        }
      } catch (InterruptedException e) {
        log.debug("No report is looked at here any more");
      } catch (RuntimeException | Error e) {
        log.warn("Reported secrets can't be looked at: {}", e.getClass().getSimpleName());
        rest();
      }
    }
  }

  private void rest() {
    try {
      TimeUnit.MILLISECONDS.sleep(UNASKED.toMillis());
    } catch (InterruptedException e) {
      log.debug("No report is looked at here any more");
    }
  }

  private void goThrough(List<Taken> some) {
    List<Taken> done = new ArrayList<>();
    List<Taken> undone = new ArrayList<>();
    List<Taken> found = new ArrayList<>();
    some.forEach(one -> (one.secret().equals(FoundSecret.NONE) ? done : found).add(one));
    try {
      Leaks.Reported reported =
          leaks.report(
              found.stream().map(Taken::secret).toList(),
              organization -> true,
              one -> new CommandContext(Actor.SYSTEM, originOf(found, one), clock.instant()),
              null);
      found.forEach(one -> (reported.isUndone(one.secret()) ? undone : done).add(one));
    } catch (RuntimeException | Error e) {
      // Its message may be of anything.
      log.warn("Reported secrets wait: {}", e.getClass().getSimpleName());
      undone.addAll(found);
    }
    List<Taken> givenUp = undone.stream().filter(Taken::isTriedAsOftenAsAny).toList();
    if (!givenUp.isEmpty()) {
      log.error("{} reported secrets were given up after many tries", givenUp.size());
      lost.increment(givenUp.size());
    }
    undone.removeAll(givenUp);
    done.addAll(givenUp);
    table.done(done);
    table.again(undone);
  }

  private static Origin originOf(List<Taken> some, FoundSecret secret) {
    return some.stream()
        .filter(one -> one.secret().equals(secret))
        .findFirst()
        .map(Taken::origin)
        .orElse(Origin.NONE);
  }

  /** Ends after the last request was answered, and while the relay still publishes. */
  @Override
  public int getPhase() {
    return BEHIND_THE_WEB_SERVER;
  }

  @Override
  public synchronized void start() {
    stopping = false;
    keeping = Thread.ofPlatform().daemon().name("keyledger-reports").start(this::keepAll);
    looking = Thread.ofPlatform().daemon().name("keyledger-leaks").start(this::lookAtAll);
  }

  /** What isn't looked at by then is looked at by another replica, or the next. */
  @Override
  public synchronized void stop() {
    stopping = true;
    end(keeping);
    end(looking);
    keeping = null;
    looking = null;
  }

  private static void end(@Nullable Thread thread) {
    if (thread == null) {
      return;
    }
    try {
      if (!thread.join(TO_STOP)) {
        thread.interrupt();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public boolean isRunning() {
    return looking != null;
  }
}
