package dev.keyledger.query.views;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.versions.AppliedListener;
import java.time.Duration;
import java.util.HashMap;
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
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

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
  private static final Standing NOWHERE = new Standing(-1, null);

  /** Of the names in the first array, whose ids are in the second where they are ids. */
  private static final String STANDINGS =
      """
      select named.name, coalesce(p.position, -1), coalesce(h.reason, %s)
      from unnest(?::text[], ?::uuid[]) named (name, id)
      left join organizations@ o on named.id is null and o.slug = named.name
      left join positions@ p on p.organization = coalesce(named.id, o.organization)
      left join halted@ h on h.organization = coalesce(named.id, o.organization)
      """
          .formatted(HaltedViews.OF_ALL);

  /**
   * @param reached whether the views reflect the position now
   * @param halted why they don't go on, if they don't
   */
  record Waited(boolean reached, @Nullable String halted) {}

  /** Where an organisation's view stands: -1 where there is none. */
  private record Standing(long position, @Nullable String halted) {}

  private static final class Wait {
    /** Id or slug. */
    private final String organization;

    private final long position;
    private final CompletableFuture<Void> reached = new CompletableFuture<>();
    private volatile @Nullable String halted;

    Wait(String organization, long position) {
      this.organization = organization;
      this.position = position;
    }

    void found(Standing standing) {
      halted = standing.halted();
      if (standing.position() >= position) {
        reached.complete(null);
      }
    }
  }

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
   * @param organization id or slug
   */
  Waited await(String organization, long position, Duration patience) {
    var wait = new Wait(organization, position);
    waiting.add(wait);
    signal();
    try {
      wait.reached.get(patience.toNanos(), TimeUnit.NANOSECONDS);
      return new Waited(true, wait.halted);
    } catch (TimeoutException e) {
      return new Waited(false, wait.halted);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Waited(false, wait.halted);
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
      Map<String, Standing> standings =
          standings(now.stream().map(wait -> wait.organization).distinct().toList());
      for (Wait wait : now) {
        wait.found(standings.getOrDefault(wait.organization, NOWHERE));
      }
    } catch (RuntimeException | Error e) {
      // The next look is soon; the waiting reads answer 504 if it goes on. Without this thread they
      // would for ever.
      if (e instanceof DataAccessException || e instanceof TransactionException) {
        log.warn("positions cannot be read just now: {}", e.getClass().getSimpleName());
      } else {
        log.error("positions cannot be read", e);
      }
      TimeUnit.MILLISECONDS.sleep(AFTER_FAILURE_MILLIS);
    }
  }

  private Map<String, Standing> standings(List<String> names) {
    Map<String, Standing> standings = new HashMap<>();
    jdbc.sql(Reads.live(jdbc).sql(STANDINGS))
        .param(names.toArray(String[]::new))
        .param(
            names.stream()
                .map(name -> Reads.idOf(name).map(OrganizationId::uuid).orElse(null))
                .toArray(UUID[]::new))
        .query(row -> {
          standings.put(row.getString(1), new Standing(row.getLong(2), row.getString(3)));
        });
    return standings;
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
