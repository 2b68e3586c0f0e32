package dev.keyledger.delivery.sending;

import java.time.Duration;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Work that replicas share by leases: what is due is claimed again and again, and as much is done
 * at once as there is room for, each on a thread of its own. No failure ends the claiming.
 */
public abstract class ClaimedWork implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(ClaimedWork.class);
  private static final Duration STOPPING = Duration.ofSeconds(8);

  private final String name;
  private final Duration interval;
  private final int atMost;
  private final Semaphore free;
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean running;
  private @Nullable Thread thread;
  private boolean failing;

  /**
   * @param name of its thread, and what isn't done while claiming fails
   * @param interval between two looks, which {@link #wake} brings forward
   */
  protected ClaimedWork(String name, Duration interval, int atMost) {
    this.name = name;
    this.interval = interval;
    this.atMost = atMost;
    this.free = new Semaphore(atMost);
  }

  /**
   * Claims so many at most, and begins each.
   *
   * @param most at least 1
   */
  protected abstract void claim(int most);

  /**
   * Does that on a thread of its own, as one of those that there is room for.
   *
   * @param again asked once there is room again: whether more may be due by now
   */
  protected final void begin(String what, Runnable work, BooleanSupplier again) {
    free.acquireUninterruptibly();
    try {
      Thread.ofVirtual().name(what).start(() -> run(work, again));
    } catch (RuntimeException | Error e) {
      free.release();
      throw e;
    }
  }

  private void run(Runnable work, BooleanSupplier again) {
    try {
      work.run();
    } catch (RuntimeException | Error e) {
      log.warn("one of {} was broken off: {}", name, e.getClass().getSimpleName());
    } finally {
      free.release();
      if (again.getAsBoolean()) {
        wake();
      }
    }
  }

  protected final boolean isFull() {
    return free.availablePermits() == 0;
  }

  /** What is due is looked for at once. */
  protected final void wake() {
    woken.release();
  }

  private void goOn() {
    while (running) {
      try {
        int most = free.availablePermits();
        if (most > 0) {
          claim(most);
        }
        failing = false;
        boolean unused = woken.tryAcquire(interval.toMillis(), TimeUnit.MILLISECONDS);
        woken.drainPermits();
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        if (!failing) {
          log.warn("{} claim nothing just now: {}", name, e.getClass().getSimpleName());
        }
        failing = true;
        rest();
      }
    }
  }

  private void rest() {
    try {
      Thread.sleep(interval);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public final void start() {
    running = true;
    thread = Thread.ofPlatform().name(name).start(this::goOn);
  }

  /** What is under way comes to its end first. */
  @Override
  public final void stop() {
    running = false;
    wake();
    Thread own = thread;
    try {
      if (own != null) {
        own.join(STOPPING);
      }
      boolean unused = free.tryAcquire(atMost, STOPPING.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public final boolean isRunning() {
    return running;
  }
}
