package dev.keyledger.token.enforcement.access;

import java.lang.management.ManagementFactory;
import java.lang.management.MemoryPoolMXBean;
import java.lang.management.MemoryType;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How much of the heap is taken for good: of the pool where objects that stay end up, what is left
 * of it after a collection. What it holds at a time is more than that, so a collection is asked for
 * only where that is near the limit and half of the room that there was is gone.
 */
public final class HeapRoom {
  private static final Logger log = LoggerFactory.getLogger(HeapRoom.class);
  private static final Pattern LONG_LIVED = Pattern.compile("Tenured|Old|ZHeap|Shenandoah");
  private static final double NEAR = 0.80;
  private static final double FULL = 0.90;
  private static final double NONE = 0.97;

  /** In rising order of alarm. */
  public enum Level {
    ENOUGH,
    /** More than 80 % is taken: an alarm, and nothing else changes. */
    NEAR,
    /** More than 90 %: what isn't held yet is left out. */
    FULL,
    /** More than 97 %: nothing more is read. */
    NONE
  }

  /** Bytes of the pool; what it holds may be garbage until a collection. */
  interface Pool {
    long used();

    long most();

    void collect();
  }

  private final Pool pool;
  private final ReentrantLock looking = new ReentrantLock();
  private volatile Level level = Level.ENOUGH;
  private volatile double taken;

  // What was left by the last collection that was asked for, at most.
  private double collected;
  private Level told = Level.ENOUGH;

  HeapRoom(Pool pool) {
    this.pool = pool;
  }

  /** Of this process, whatever collector it runs with. */
  public static HeapRoom ofThisProcess() {
    return new HeapRoom(
        ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getType() == MemoryType.HEAP)
            .filter(pool -> LONG_LIVED.matcher(pool.getName()).find())
            .findFirst()
            .<Pool>map(OfPool::new)
            .orElseGet(WholeHeap::new));
  }

  /** For a state that is small for certain. */
  static HeapRoom unlimited() {
    return new HeapRoom(
        new Pool() {
          @Override
          public long used() {
            return 0;
          }

          @Override
          public long most() {
            return Long.MAX_VALUE;
          }

          @Override
          public void collect() {
            // There is nothing to gain.
          }
        });
  }

  /** As of the last look. */
  public Level level() {
    return level;
  }

  /** Share that is taken for good, 0 to 1, as of the last look. */
  public double taken() {
    return taken;
  }

  /** Cheap while there is room; may collect the heap, once for half of what is left of it. */
  public Level look() {
    if (looking.tryLock()) {
      try {
        update();
      } finally {
        looking.unlock();
      }
    }
    return level;
  }

  private void update() {
    double holds = share();
    collected = Math.min(collected, holds);
    if (holds >= Math.max(NEAR, collected + (1 - collected) / 2)) {
      pool.collect();
      collected = share();
    }
    // Below, garbage and all, there is nothing to find out.
    taken = holds < NEAR ? holds : collected;
    Level now = levelOf(taken);
    level = now;
    tell(now);
  }

  private double share() {
    return pool.used() / (double) pool.most();
  }

  private static Level levelOf(double taken) {
    return taken >= NONE
        ? Level.NONE
        : taken >= FULL ? Level.FULL : taken >= NEAR ? Level.NEAR : Level.ENOUGH;
  }

  // Each alarm once, until there is enough again: at a limit it comes and goes with every batch.
  private void tell(Level now) {
    boolean worse = now.compareTo(told) > 0;
    if (worse || now == Level.ENOUGH) {
      told = now;
    }
    if (!worse) {
      return;
    }
    long percent = Math.round(taken * 100);
    switch (now) {
      case ENOUGH -> {}
      case NEAR ->
          log.warn(
              "{} % of the heap for what stays are taken: give this replica more before it is full",
              percent);
      case FULL ->
          log.error(
              "{} % of the heap for what stays are taken: new organisations and keys are left out and"
                  + " answered 503 until this replica is started with more",
              percent);
      case NONE ->
          log.error(
              "{} % of the heap for what stays are taken: nothing more is read, everything is"
                  + " answered 503 within max-staleness",
              percent);
    }
  }

  private record OfPool(MemoryPoolMXBean pool) implements Pool {
    @Override
    public long used() {
      return pool.getUsage().getUsed();
    }

    @Override
    public long most() {
      long most = pool.getUsage().getMax();
      return most > 0 ? most : Runtime.getRuntime().maxMemory();
    }

    @Override
    public void collect() {
      System.gc();
    }
  }

  private record WholeHeap() implements Pool {
    @Override
    public long used() {
      return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
    }

    @Override
    public long most() {
      return Runtime.getRuntime().maxMemory();
    }

    @Override
    public void collect() {
      System.gc();
    }
  }
}
