package dev.keyledger.token.identity.mail;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Rates;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.mail.MailException;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Hands letters over, one at a time on each replica. A letter's transaction is open meanwhile, so
 * that no other replica sends it and its person isn't erased before it has gone; a process that
 * dies leaves it to the next. It may go twice, then under the same Message-ID. One that isn't taken
 * is tried again with longer and longer pauses, and given up in the end.
 */
final class MailWorker implements SmartLifecycle, MeterBinder {
  private static final Logger log = LoggerFactory.getLogger(MailWorker.class);
  private static final Duration UNASKED = Duration.ofSeconds(1);

  /** The ledger says so within moments, or never. */
  private static final Duration MEMBERSHIP_COMES = Duration.ofMinutes(10);

  /** A replica that died while it handed one over: then another tries, and it may come twice. */
  private static final Duration TAKEN_FOR = Duration.ofMinutes(2);

  private static final Duration MEMBERSHIP_ASKED_AGAIN = Duration.ofSeconds(1);
  private static final Duration ROOM_ASKED_AGAIN = Duration.ofMinutes(5);

  private final MailTable table;
  private final People people;
  private final Rates rates;
  private final AccessState state;
  private final MailSettings settings;
  private final @Nullable MailWords words;
  private final @Nullable MailTransport transport;
  private final TransactionOperations transactions;
  private final Clock clock;
  private final Semaphore wakes = new Semaphore(0);
  private @Nullable Counter sent;
  private @Nullable Counter givenUp;
  private volatile boolean running;
  private @Nullable Thread thread;

  /**
   * @param words {@code null} like the transport, where there is no mail
   */
  MailWorker(
      MailTable table,
      People people,
      Rates rates,
      AccessState state,
      MailSettings settings,
      @Nullable MailWords words,
      @Nullable MailTransport transport,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.people = people;
    this.rates = rates;
    this.state = state;
    this.settings = settings;
    this.words = words;
    this.transport = transport;
    this.transactions = transactions;
    this.clock = clock;
  }

  @Override
  public void bindTo(MeterRegistry registry) {
    if (transport == null) {
      return;
    }
    sent =
        Counter.builder("keyledger.mail.sent")
            .description("letters that were handed over")
            .register(registry);
    givenUp =
        Counter.builder("keyledger.mail.given_up")
            .description("letters that could not be handed over in time")
            .register(registry);
    Gauge.builder("keyledger.mail.waiting", table, MailTable::waiting)
        .description("letters to be handed over, exact up to a thousand")
        .register(registry);
  }

  void wake() {
    wakes.release();
  }

  @Override
  public synchronized void start() {
    running = true;
    if (transport != null) {
      thread = Thread.ofPlatform().name("mail").daemon(true).start(this::run);
    }
  }

  @Override
  public synchronized void stop() {
    running = false;
    Thread stopping = thread;
    thread = null;
    if (stopping != null) {
      stopping.interrupt();
      try {
        stopping.join(Duration.ofSeconds(5));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  private void run() {
    while (running) {
      try {
        if (!sendOne() && wakes.tryAcquire(UNASKED.toMillis(), TimeUnit.MILLISECONDS)) {
          wakes.drainPermits();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        if (!running) {
          return;
        }
        log.warn("Letters can't be looked for just now: {}", e.getClass().getSimpleName());
        pause();
      }
    }
  }

  private void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(UNASKED.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /**
   * @return whether one was due
   */
  boolean sendOne() {
    MailTable.Row row = table.takeDue(now(), now().plus(TAKEN_FOR)).orElse(null);
    if (row == null) {
      return false;
    }
    Instant at = now();
    Optional<Letter> letter = transactions.execute(status -> toBeHandedOver(row, at));
    // Outside of any transaction: nobody waits for a mail server.
    letter.ifPresent(due -> handOver(row, due, at));
    return true;
  }

  /** Empty where it doesn't go now, which is seen to. */
  private Optional<Letter> toBeHandedOver(MailTable.Row row, Instant at) {
    if (!at.isBefore(row.uselessAt())) {
      giveUp(row);
      return Optional.empty();
    }
    return switch (standingOf(row, at)) {
      case GONE -> {
        table.delete(row.id());
        yield Optional.empty();
      }
      case NOT_YET -> {
        table.postpone(row.id(), row.failures(), at.plus(MEMBERSHIP_ASKED_AGAIN));
        yield Optional.empty();
      }
      case DUE -> open(row, at);
    };
  }

  private enum Standing {
    DUE,
    NOT_YET,
    GONE
  }

  // An invitation is put before the ledger has decided on the membership.
  private Standing standingOf(MailTable.Row row, Instant at) {
    MemberId id = row.member();
    if (id == null) {
      return Standing.DUE;
    }
    Membership member = state.member(id);
    if (member == null) {
      return at.isAfter(row.createdAt().plus(MEMBERSHIP_COMES)) ? Standing.GONE : Standing.NOT_YET;
    }
    return member.removed() || !member.person().equals(row.person()) ? Standing.GONE : Standing.DUE;
  }

  private Optional<Letter> open(MailTable.Row row, Instant at) {
    try {
      Letter letter =
          people
              .unseal(row.person(), row.sealed())
              .map(json -> Mail.Sealed.open(json, row.member(), row.uselessAt()))
              .orElseThrow(() -> new IllegalStateException("a letter can't be read"));
      if (row.failures() == 0 && !hasRoom(letter, at)) {
        table.postpone(row.id(), 0, at.plus(ROOM_ASKED_AGAIN));
        return Optional.empty();
      }
      return Optional.of(letter);
    } catch (IllegalStateException | IllegalArgumentException e) {
      failed(row, at, e);
      return Optional.empty();
    }
  }

  /** Whoever can have letters sent to others fills no mailbox: beyond the bound they wait. */
  private boolean hasRoom(Letter letter, Instant at) {
    return switch (letter.kind()) {
      case INVITATION,
          PASSWORD_RESET,
          ADDRESS_PROOF,
          KEY_LEAKED,
          KEYS_END_WITHIN_A_MONTH,
          KEYS_END_WITHIN_A_WEEK,
          KEYS_END_WITHIN_A_DAY ->
          rates.take(
              "letters: " + letter.kind(),
              letter.to().value(),
              settings.perAddress(),
              settings.window(),
              at);
      case PASSWORD_CHANGED,
          SECOND_STEP_SET,
          IDENTITY_TAKEN_BY_PROOF,
          ADDRESS_CHANGE_CONSENT,
          ADDRESS_CHANGED ->
          true;
    };
  }

  private void handOver(MailTable.Row row, Letter letter, Instant at) {
    try {
      Objects.requireNonNull(transport)
          .send(Objects.requireNonNull(words).message(row.id(), letter, at));
    } catch (MailException | IllegalStateException | IllegalArgumentException e) {
      failed(row, at, e);
      return;
    }
    table.delete(row.id());
    count(sent);
  }

  // Of what went wrong its kind alone: messages quote addresses.
  private void failed(MailTable.Row row, Instant at, RuntimeException e) {
    int failures = row.failures() + 1;
    if (failures >= settings.tries()) {
      log.error("The last of {} tries failed to send a letter: {}", failures, kindOf(e));
      giveUp(row);
      return;
    }
    Duration pause = pauseAfter(failures);
    log.warn("A letter could not be sent, try {} of {}: {}", failures, settings.tries(), kindOf(e));
    table.postpone(row.id(), failures, at.plus(pause));
  }

  private void giveUp(MailTable.Row row) {
    log.error(
        "A letter was given up {} after it was put", Duration.between(row.createdAt(), now()));
    table.delete(row.id());
    count(givenUp);
  }

  private Duration pauseAfter(int failures) {
    Duration pause = settings.firstPause();
    for (int i = 1; i < failures && pause.compareTo(settings.longestPause()) < 0; i++) {
      pause = pause.multipliedBy(2);
    }
    return pause.compareTo(settings.longestPause()) < 0 ? pause : settings.longestPause();
  }

  private static String kindOf(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    return failure.getClass().getSimpleName() + ", " + root.getClass().getSimpleName();
  }

  private static void count(@Nullable Counter counter) {
    if (counter != null) {
      counter.increment();
    }
  }

  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MILLIS);
  }
}
