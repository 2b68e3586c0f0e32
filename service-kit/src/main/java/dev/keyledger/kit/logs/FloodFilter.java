package dev.keyledger.kit.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.turbo.TurboFilter;
import ch.qos.logback.core.spi.FilterReply;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;

/**
 * Lets no line be written more often than so many times a minute, however many requests there are
 * for it: what clients can bring about must not fill the disk, nor hide what else is told. What is
 * left out is counted, and told before the line's next time.
 */
final class FloodFilter extends TurboFilter {
  static final int MOST = 20;
  static final Duration WITHIN = Duration.ofMinutes(1);

  /** Some lines are put together before they are logged, and each is another. */
  private static final int LINES_KNOWN = 2_000;

  private final LongSupplier nanoTime;
  private final LongConsumer leftOut;
  private final Cache<Line, Window> windows;

  /** What is the same in all its repetitions. */
  private record Line(String logger, String format, @Nullable Class<?> thrown) {}

  /**
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   * @param leftOut is told how many lines were left out, each time
   */
  FloodFilter(LongSupplier nanoTime, LongConsumer leftOut) {
    this.nanoTime = nanoTime;
    this.leftOut = leftOut;
    this.windows =
        Caffeine.newBuilder()
            .maximumSize(LINES_KNOWN)
            .expireAfterAccess(WITHIN.multipliedBy(2))
            .ticker(nanoTime::getAsLong)
            .build();
  }

  @Override
  public FilterReply decide(
      @Nullable Marker marker,
      Logger logger,
      Level level,
      @Nullable String format,
      Object @Nullable [] values,
      @Nullable Throwable thrown) {
    // Without a format it is the question whether the level is on; below INFO nothing is on unless
    // somebody asked for it.
    if (format == null
        || !level.isGreaterOrEqual(Level.INFO)
        || !level.isGreaterOrEqual(logger.getEffectiveLevel())) {
      return FilterReply.NEUTRAL;
    }
    var line = new Line(logger.getName(), format, thrown == null ? null : thrown.getClass());
    Turn turn = windows.get(line, l -> new Window(nanoTime.getAsLong())).next(nanoTime.getAsLong());
    if (!turn.written()) {
      leftOut.accept(1);
      return FilterReply.DENY;
    }
    if (turn.leftOutBefore() > 0) {
      logger.warn("{} lines like the next were left out", turn.leftOutBefore());
    }
    return FilterReply.NEUTRAL;
  }

  private record Turn(boolean written, int leftOutBefore) {}

  private static final class Window {
    private long began;
    private int written;
    private int leftOut;

    Window(long began) {
      this.began = began;
    }

    synchronized Turn next(long now) {
      int before = 0;
      if (now - began >= WITHIN.toNanos()) {
        before = leftOut;
        began = now;
        written = 0;
        leftOut = 0;
      }
      if (written == MOST) {
        leftOut++;
        return new Turn(false, 0);
      }
      written++;
      return new Turn(true, before);
    }
  }
}
