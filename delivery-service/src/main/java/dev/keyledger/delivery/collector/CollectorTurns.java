package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.subscription.SubscriptionKey;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;

/**
 * Gives collectors that are due their turns, as far as no other replica does: those that have been
 * due for longest first, and of one organisation no more than its share at once.
 */
final class CollectorTurns implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(CollectorTurns.class);
  private static final Duration STOPPING = Duration.ofSeconds(8);

  private final Turn.Means means;
  private final CollectorsSettings settings;
  private final int atMost;
  private final Semaphore free;
  private final Semaphore woken = new Semaphore(0);
  private volatile boolean running;
  private @Nullable Thread thread;
  private boolean failing;

  CollectorTurns(Turn.Means means) {
    this.means = means;
    this.settings = means.settings();
    this.atMost = settings.turnsAtOnce();
    this.free = new Semaphore(atMost);
  }

  private void run() {
    while (running) {
      try {
        dispatch();
        failing = false;
        boolean unused = woken.tryAcquire(settings.interval().toMillis(), TimeUnit.MILLISECONDS);
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException | Error e) {
        if (!failing) {
          log.warn("collectors are sent nothing just now: {}", e.getClass().getSimpleName());
        }
        failing = true;
        rest();
      }
    }
  }

  private void rest() {
    try {
      Thread.sleep(settings.interval());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void dispatch() {
    int most = free.availablePermits();
    if (most == 0) {
      return;
    }
    // Not one for the replica: a turn whose lease is over must not take another's for its own.
    UUID holder = UUID.randomUUID();
    List<SubscriptionKey> claimed =
        means
            .table()
            .claim(holder, settings.lease(), means.clock().instant(), settings.turnsOfOne(), most);
    claimed.forEach(key -> begin(key, holder));
  }

  private void begin(SubscriptionKey key, UUID holder) {
    var turn = new Turn(key, holder, means, () -> !running);
    free.acquireUninterruptibly();
    try {
      start(turn, key);
    } catch (RuntimeException | Error e) {
      free.release();
      throw e;
    }
  }

  private void start(Turn turn, SubscriptionKey key) {
    Thread.ofVirtual()
        .name("collector-" + key.subscription().value())
        .start(() -> {
          try {
            turn.run();
          } catch (RuntimeException | Error e) {
            log.warn("a collector's turn was broken off: {}", e.getClass().getSimpleName());
          } finally {
            free.release();
          }
        });
  }

  @Override
  public void start() {
    running = true;
    thread = Thread.ofPlatform().name("collectors").start(this::run);
  }

  /** What is under way comes to its end first. */
  @Override
  public void stop() {
    running = false;
    woken.release();
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
  public boolean isRunning() {
    return running;
  }
}
