package dev.keyledger.kit.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.LoggingEvent;
import ch.qos.logback.core.Appender;
import ch.qos.logback.core.UnsynchronizedAppenderBase;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Stands in front of an appender and hands no line on more often than so many times a minute,
 * however many requests there are for it: what clients can bring about must not fill the disk, nor
 * hide what else is told. What is left out is counted, and told before the line's next time.
 *
 * <p>No {@link ch.qos.logback.classic.turbo.TurboFilter}, nor another's: those are asked each time
 * that a library wants to know whether a level is on, which took a tenth of the gateway's time.
 */
final class FloodAppender extends UnsynchronizedAppenderBase<ILoggingEvent> {
  static final int MOST = 20;
  static final Duration WITHIN = Duration.ofMinutes(1);

  /** Some lines are put together before they are logged, and each is another. */
  private static final int LINES_KNOWN = 2_000;

  private final Appender<ILoggingEvent> behind;
  private final LongSupplier nanoTime;
  private final Counts counts;
  private final Cache<Line, Window> windows;

  /** Is told of every line. */
  interface Counts {
    void line(Level level, boolean written);
  }

  /** What is the same in all its repetitions. */
  private record Line(String logger, @Nullable String format, @Nullable String thrown) {}

  /**
   * @param behind what writes
   * @param nanoTime monotonic, as {@link System#nanoTime()}
   */
  FloodAppender(Appender<ILoggingEvent> behind, LongSupplier nanoTime, Counts counts) {
    this.behind = behind;
    this.nanoTime = nanoTime;
    this.counts = counts;
    this.windows =
        Caffeine.newBuilder()
            .maximumSize(LINES_KNOWN)
            .expireAfterAccess(WITHIN.multipliedBy(2))
            .ticker(nanoTime::getAsLong)
            .build();
    setName("flood");
  }

  Appender<ILoggingEvent> behind() {
    return behind;
  }

  @Override
  protected void append(ILoggingEvent event) {
    var line =
        new Line(
            event.getLoggerName(),
            event.getMessage(),
            event.getThrowableProxy() == null ? null : event.getThrowableProxy().getClassName());
    Turn turn = windows.get(line, l -> new Window(nanoTime.getAsLong())).next(nanoTime.getAsLong());
    counts.line(event.getLevel(), turn.written());
    if (!turn.written()) {
      return;
    }
    if (turn.leftOutBefore() > 0) {
      behind.doAppend(omission(event, turn.leftOutBefore()));
    }
    behind.doAppend(event);
  }

  private ILoggingEvent omission(ILoggingEvent before, int lines) {
    Logger logger = ((LoggerContext) getContext()).getLogger(before.getLoggerName());
    return new LoggingEvent(
        FloodAppender.class.getName(),
        logger,
        Level.WARN,
        "{} lines like the next were left out",
        null,
        new Object[] {lines});
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
