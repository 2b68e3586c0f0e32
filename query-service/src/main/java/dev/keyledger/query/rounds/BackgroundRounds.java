package dev.keyledger.query.rounds;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.transaction.TransactionException;

/**
 * Work that is done again and again on a thread of its own, soon after it is due and now and then
 * unasked. Whatever a round throws is told, and another comes a while later: at first soon, then as
 * rarely as one comes unasked. What PostgreSQL refuses just now is no fault, and is told in a line.
 */
public abstract class BackgroundRounds implements SmartLifecycle {
  private static final Duration SHORTEST_BACK_OFF = Duration.ofMillis(100);

  private final Logger log = LoggerFactory.getLogger(getClass());
  private final String name;
  private final String work;
  private final Duration unasked;
  private final Duration pause;
  private final Duration patience;
  private final Semaphore due = new Semaphore(0);
  private final Semaphore ending = new Semaphore(0);
  private volatile @Nullable Thread thread;

  /**
   * @param name of the thread
   * @param work as a log says what fails, such as {@code checkpoints cannot be signed}
   * @param unasked a round comes so long after the one before, where none was due
   * @param pause at least, between two
   */
  protected BackgroundRounds(String name, String work, Duration unasked, Duration pause) {
    this(name, work, unasked, pause, Duration.ofSeconds(2));
  }

  /**
   * @param patience of an end with a round under way: so long until it is interrupted, and as long
   *     again until it is left alone
   */
  BackgroundRounds(String name, String work, Duration unasked, Duration pause, Duration patience) {
    this.name = name;
    this.work = work;
    this.unasked = unasked;
    this.pause = pause;
    this.patience = patience;
  }

  /** All that is due. */
  protected abstract void round() throws InterruptedException;

  /** There is something to do. */
  protected final void due() {
    due.release();
  }

  /** Whether the round under way is to go on. */
  protected final boolean goesOn() {
    return Thread.currentThread().equals(thread);
  }

  /** Nothing, for so long; an end doesn't wait for it. */
  protected final void rest(Duration duration) throws InterruptedException {
    if (goesOn()) {
      boolean unused = ending.tryAcquire(duration.toNanos(), TimeUnit.NANOSECONDS);
    }
  }

  private void rounds() {
    int failures = 0;
    while (goesOn()) {
      try {
        if (failures == 0) {
          boolean unused = due.tryAcquire(unasked.toNanos(), TimeUnit.NANOSECONDS);
        }
        if (goesOn()) {
          due.drainPermits();
          failures = isDone() ? 0 : failures + 1;
          rest(failures == 0 ? pause : backOff(failures));
        }
      } catch (InterruptedException e) {
        // It is the end that interrupts: if it isn't there, there is another round.
        log.debug("{} was interrupted", name, e);
      }
    }
  }

  private boolean isDone() throws InterruptedException {
    try {
      round();
      return true;
    } catch (RuntimeException | Error e) {
      // Without this thread the work would never be done again.
      if (goesOn()) {
        tell(work, e);
      }
      return false;
    }
  }

  /**
   * @param what fails
   */
  protected final void tell(String what, Throwable failure) {
    if (failure instanceof DataAccessException || failure instanceof TransactionException) {
      log.warn("{} just now: {}", what, failure.getClass().getSimpleName());
    } else {
      log.error("{}", what, failure);
    }
  }

  private Duration backOff(int failures) {
    Duration longest = longer(unasked, pause);
    Duration backOff = longer(SHORTEST_BACK_OFF, pause);
    for (int i = 1; i < failures && backOff.compareTo(longest) < 0; i++) {
      backOff = backOff.multipliedBy(2);
    }
    return backOff.compareTo(longest) < 0 ? backOff : longest;
  }

  private static Duration longer(Duration one, Duration other) {
    return one.compareTo(other) > 0 ? one : other;
  }

  @Override
  public final synchronized void start() {
    ending.drainPermits();
    Thread started = Thread.ofPlatform().daemon().name(name).unstarted(this::rounds);
    thread = started;
    // What was left by whoever was there before.
    due();
    started.start();
  }

  @Override
  public final synchronized void stop() {
    Thread stopping = thread;
    thread = null;
    if (stopping == null) {
      return;
    }
    due();
    ending.release();
    try {
      if (!stopping.join(patience)) {
        stopping.interrupt();
        if (!stopping.join(patience)) {
          log.warn("{} doesn't end, and is left alone", name);
        }
      }
    } catch (InterruptedException e) {
      stopping.interrupt();
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public final boolean isRunning() {
    return thread != null;
  }
}
