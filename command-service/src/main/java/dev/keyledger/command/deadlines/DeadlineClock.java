package dev.keyledger.command.deadlines;

import dev.keyledger.command.deadlines.KeyDeadlines.Deadline;
import dev.keyledger.command.deadlines.KeyDeadlines.Due;
import dev.keyledger.command.deadlines.KeyDeadlines.Kind;
import dev.keyledger.command.erasure.Erasures;
import dev.keyledger.command.idempotency.RememberedAnswers;
import dev.keyledger.command.ledger.Ledger;
import dev.keyledger.command.ledger.LedgerSettings;
import dev.keyledger.command.organization.Causes;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.KeyCommand.CompleteRotation;
import dev.keyledger.command.organization.KeyCommand.ExpireKey;
import dev.keyledger.command.organization.KeyCommand.ResumeKey;
import dev.keyledger.command.organization.OrganizationCommand;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.rounds.Recurring;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/**
 * Records ends that have come, on any replica, each once. Late is no harm: an end counts from its
 * due time, whichever replica got to it. Early would be: so two clocks have to agree that it has
 * come.
 */
@Component
final class DeadlineClock implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(DeadlineClock.class);
  private static final int BATCH = 100;
  private static final Duration CLAIM = Duration.ofSeconds(30);

  private final KeyDeadlines deadlines;
  private final RememberedAnswers answers;
  private final Erasures erasures;
  private final EndWarnings warnings;
  private final AgeRounds ages;
  private final Ledger ledger;
  private final AgreedClock clock;
  private final Duration every;
  private volatile @Nullable ScheduledExecutorService scheduler;

  DeadlineClock(
      KeyDeadlines deadlines,
      RememberedAnswers answers,
      Erasures erasures,
      EndWarnings warnings,
      AgeRounds ages,
      Ledger ledger,
      AgreedClock clock,
      LedgerSettings settings) {
    this.deadlines = deadlines;
    this.answers = answers;
    this.erasures = erasures;
    this.warnings = warnings;
    this.ages = ages;
    this.ledger = ledger;
    this.clock = clock;
    this.every = settings.deadlineInterval();
  }

  private void tick() {
    attempt(() -> {
      while (recordDue() == BATCH) {
        // What has piled up is not left until the next look.
      }
    });
    attempt(answers::forgetExpired);
    attempt(erasures::resume);
    attempt(ages::round);
    attempt(warnings::round);
  }

  /** What fails holds nothing else up. */
  private void attempt(Runnable step) {
    try {
      step.run();
    } catch (RuntimeException | Error e) {
      log.warn("What was due was not all done; trying again in {}: {}", every, e.toString());
    }
  }

  /** One batch; returns how many deadlines it took. */
  int recordDue() {
    List<Due> due = deadlines.claim(clock.instant(), BATCH, CLAIM);
    for (Due one : due) {
      Deadline deadline = one.deadline();
      try {
        ledger.execute(commandFor(one));
        deadlines.met(deadline);
      } catch (RuntimeException | Error e) {
        // Its claim runs out, and a replica tries again; the others need not wait for it.
        log.warn("The end of {} was not recorded yet", deadline.key(), e);
      }
    }
    return due.size();
  }

  private OrganizationCommand commandFor(Due due) {
    Deadline deadline = due.deadline();
    Instant now = clock.instant();
    Origin origin =
        due.setBy() == null
            ? Origin.NONE
            : Origin.NONE.because(
                Causes.ofDeadline(causeOf(deadline.kind()), due.setBy(), due.position()));
    var context = new CommandContext(Actor.SYSTEM, origin, now);
    return switch (deadline.kind()) {
      case EXPIRY -> new ExpireKey(deadline.organization(), context, deadline.key());
      case GRACE -> new CompleteRotation(deadline.organization(), context, deadline.key());
      case SUSPENSION -> new ResumeKey(deadline.organization(), context, deadline.key());
    };
  }

  private static Causes.Deadline causeOf(Kind kind) {
    return switch (kind) {
      case EXPIRY -> Causes.Deadline.EXPIRY;
      case GRACE -> Causes.Deadline.GRACE;
      case SUSPENSION -> Causes.Deadline.SUSPENSION;
    };
  }

  @Override
  public void start() {
    ScheduledExecutorService started =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().daemon().name("keyledger-deadlines").factory());
    scheduler = started;
    var unused =
        Recurring.every(
            started,
            every,
            every,
            this::tick,
            e -> log.warn("Due ends were not recorded; trying again in {}", every, e));
  }

  @Override
  public void stop() {
    ScheduledExecutorService running = scheduler;
    if (running != null) {
      running.shutdown();
      try {
        if (!running.awaitTermination(5, TimeUnit.SECONDS)) {
          running.shutdownNow();
        }
      } catch (InterruptedException e) {
        running.shutdownNow();
        Thread.currentThread().interrupt();
      }
      scheduler = null;
    }
  }

  @Override
  public boolean isRunning() {
    return scheduler != null;
  }
}
