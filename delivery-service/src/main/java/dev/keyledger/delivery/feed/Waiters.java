package dev.keyledger.delivery.feed;

import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Who wants to be woken when there is something new for them. */
public final class Waiters {
  private static final String ALL = "*";

  private final Map<String, Set<Waiter>> waiting = new ConcurrentHashMap<>();

  // Both of the writer's thread alone.
  private final Set<String> news = new TreeSet<>();
  private boolean forEverybody;

  /** One thread's. */
  public final class Waiter implements AutoCloseable {
    private final String scope;
    private final Semaphore news;
    private @Nullable Waiter beside;

    private Waiter(String scope, Semaphore news) {
      this.scope = scope;
      this.news = news;
    }

    /** Until there is something new since the last time, or the time is over. */
    public void await(long nanos) throws InterruptedException {
      var _ = news.tryAcquire(Math.max(0, nanos), TimeUnit.NANOSECONDS);
      news.drainPermits();
    }

    /** Whether there has been something new since the last time. */
    boolean isWoken() {
      return news.availablePermits() > 0;
    }

    void wake() {
      news.release();
    }

    @Override
    public void close() {
      Waiter other = beside;
      if (other != null) {
        other.close();
      }
      waiting.computeIfPresent(
          scope,
          (id, all) -> {
            all.remove(this);
            return all.isEmpty() ? null : all;
          });
    }
  }

  /** From now on that one hears of what is new in the scope. */
  public Waiter join(FeedScope scope) {
    return join(scope, new Semaphore(0));
  }

  /** The same for who waits for others' news already: it is woken by both, and leaves both. */
  public Waiter join(FeedScope scope, Waiter others) {
    Waiter joined = join(scope, others.news);
    joined.beside = others;
    return joined;
  }

  private Waiter join(FeedScope scope, Semaphore wakes) {
    String name = scope instanceof FeedScope.Of one ? one.organization().value() : ALL;
    var waiter = new Waiter(name, wakes);
    waiting.compute(
        name,
        (id, all) -> {
          Set<Waiter> joined = all == null ? ConcurrentHashMap.newKeySet() : all;
          joined.add(waiter);
          return joined;
        });
    return waiter;
  }

  /**
   * There is something new.
   *
   * @param organization whose; {@code null} for what is no organisation's
   */
  public void newsOf(@Nullable String organization) {
    news.add(organization == null ? ALL : organization);
  }

  /** There is something new that could be any organisation's. */
  void newsOfAnybodys() {
    forEverybody = true;
  }

  /** Wakes whom it concerns, once all that is new can be read. */
  public void wake() {
    if (forEverybody) {
      forEverybody = false;
      wakeAll();
    } else if (!news.isEmpty()) {
      news.add(ALL);
      news.forEach(this::wake);
    }
    news.clear();
  }

  /** Whoever waits, for whatever reason. */
  public void wakeAll() {
    waiting.keySet().forEach(this::wake);
  }

  private void wake(String scope) {
    waiting.getOrDefault(scope, Set.of()).forEach(Waiter::wake);
  }
}
