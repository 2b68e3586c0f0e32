package dev.keyledger.query.log;

import dev.keyledger.query.versions.AppliedListener;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Has everything signed that was applied, soon after it was: once in an interval at most, and now
 * and then for what another replica applied and left.
 */
@Component
final class SigningRounds implements AppliedListener, SmartLifecycle {
  private static final Logger logger = LoggerFactory.getLogger(SigningRounds.class);
  private static final long OTHERS_SECONDS = 5;

  private final Checkpoints checkpoints;
  private final LogSettings settings;
  private final Semaphore applied = new Semaphore(0);
  private volatile boolean running;

  SigningRounds(Checkpoints checkpoints, LogSettings settings) {
    this.checkpoints = checkpoints;
    this.settings = settings;
  }

  @Override
  public void applied(int events) {
    applied.release();
  }

  private void rounds() {
    try {
      while (running) {
        boolean unused = applied.tryAcquire(OTHERS_SECONDS, TimeUnit.SECONDS);
        applied.drainPermits();
        round();
        TimeUnit.NANOSECONDS.sleep(settings.checkpointInterval().toNanos());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void round() {
    try {
      while (running && checkpoints.sign(Optional.empty())) {
        // There may be more.
      }
    } catch (DataAccessException | TransactionException e) {
      // The next round is soon.
      logger.warn("checkpoints cannot be signed just now: {}", e.getClass().getSimpleName());
    } catch (RuntimeException e) {
      logger.error("checkpoints cannot be signed", e);
    }
  }

  @Override
  public void start() {
    running = true;
    Thread.ofPlatform().daemon().name("checkpoints").start(this::rounds);
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
