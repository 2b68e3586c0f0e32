package dev.keyledger.query.views;

import dev.keyledger.query.versions.AppliedListener;
import dev.keyledger.query.versions.ViewVersion;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Reads that wait until the views reach a position. However many wait, one thread looks for all of
 * them with one statement: right after this replica has applied something, and every 25 ms for what
 * other replicas apply. While no read waits, it costs nothing.
 */
@Component
final class PositionWaiter implements AppliedListener, SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(PositionWaiter.class);
  private static final long LOOK_MILLIS = 25;
  private static final long AFTER_FAILURE_MILLIS = 250;

  /**
   * @param organization id or slug
   */
  private record Wait(String organization, long position, CompletableFuture<Void> reached) {}

  private final JdbcClient jdbc;
  private final Set<Wait> waiting = ConcurrentHashMap.newKeySet();
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean applied;
  private volatile boolean running;

  PositionWaiter(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @return whether the views reflect the position now
   */
  boolean await(String organization, long position, Duration patience) throws InterruptedException {
    var wait = new Wait(organization, position, new CompletableFuture<>());
    waiting.add(wait);
    signal();
    try {
      wait.reached().get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return true;
    } catch (TimeoutException e) {
      return false;
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      waiting.remove(wait);
    }
  }

  @Override
  public void applied(int events) {
    if (!waiting.isEmpty()) {
      signal();
    }
  }

  private void signal() {
    lock.lock();
    try {
      applied = true;
      changed.signal();
    } finally {
      lock.unlock();
    }
  }

  private void look() {
    try {
      while (running) {
        rest();
        if (!waiting.isEmpty()) {
          lookOnce();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void rest() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (waiting.isEmpty() && running) {
        changed.await();
      }
      if (!applied) {
        boolean unused = changed.await(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      }
      applied = false;
    } finally {
      lock.unlock();
    }
  }

  private void lookOnce() throws InterruptedException {
    List<Wait> now = List.copyOf(waiting);
    try {
      Map<String, Long> positions = positions(now);
      for (Wait wait : now) {
        if (positions.getOrDefault(wait.organization(), -1L) >= wait.position()) {
          wait.reached().complete(null);
        }
      }
    } catch (DataAccessException e) {
      // The next look is soon; the waiting reads answer 504 if it goes on.
      log.warn("positions cannot be read just now: {}", e.getClass().getSimpleName());
      TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE_MILLIS);
    }
  }

  private Map<String, Long> positions(List<Wait> waiter) {
    Set<UUID> ids = new HashSet<>();
    Set<String> slugs = new HashSet<>();
    for (Wait wait : waiter) {
      Reads.idOf(wait.organization())
          .ifPresentOrElse(id -> ids.add(id.uuid()), () -> slugs.add(wait.organization()));
    }
    ViewVersion live = Reads.live(jdbc);
    Map<String, Long> positions = new HashMap<>();
    jdbc.sql(
            live.sql(
                "select 'org_' || organization, position from positions@ where organization = any"
                    + " (?::uuid[]) union all select o.slug, p.position from organizations@ o join"
                    + " positions@ p on p.organization = o.organization where o.slug = any"
                    + " (?::text[])"))
        .param(ids.toArray(UUID[]::new))
        .param(slugs.toArray(String[]::new))
        .query(row -> {
          positions.put(row.getString(1), row.getLong(2));
        });
    return positions;
  }

  @Override
  public void start() {
    running = true;
    Thread.ofPlatform().daemon().name("position-waits").start(this::look);
  }

  @Override
  public void stop() {
    running = false;
    signal();
  }

  @Override
  public boolean isRunning() {
    return running;
  }
}
