package dev.keyledger.kit.logs;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class FloodAppenderTest {
  private final AtomicLong nanoTime = new AtomicLong(-5);
  private final AtomicLong leftOut = new AtomicLong();
  private final LoggerContext context = new LoggerContext();
  private final ListAppender<ILoggingEvent> written = new ListAppender<>();
  private final Logger log = context.getLogger("a");

  @BeforeEach
  void setUp() {
    written.start();
    var flood =
        new FloodAppender(
            written,
            nanoTime::get,
            (level, isWritten) -> {
              if (!isWritten) {
                leftOut.incrementAndGet();
              }
            });
    flood.setContext(context);
    flood.start();
    context.getLogger(Logger.ROOT_LOGGER_NAME).addAppender(flood);
    context.getLogger(Logger.ROOT_LOGGER_NAME).setLevel(Level.INFO);
  }

  private List<String> lines() {
    return written.list.stream().map(ILoggingEvent::getFormattedMessage).toList();
  }

  @Test
  void aLineIsWrittenTwentyTimesAMinuteWhateverItsValues() {
    for (int i = 0; i < 1_000; i++) {
      log.warn("{} cannot be reached", "service " + i);
    }
    assertThat(lines()).hasSize(20).endsWith("service 19 cannot be reached");
    assertThat(leftOut).hasValue(980);
  }

  @Test
  void howManyWereLeftOutIsToldBeforeItsNextTime() {
    for (int i = 0; i < 25; i++) {
      log.error("it failed");
    }
    nanoTime.addAndGet(FloodAppender.WITHIN.toNanos());
    log.error("it failed");
    assertThat(lines()).hasSize(22).endsWith("5 lines like the next were left out", "it failed");
  }

  @Test
  void otherLinesAndOtherFailuresAreWrittenMeanwhile() {
    for (int i = 0; i < 100; i++) {
      log.error("it failed", new IllegalStateException());
    }
    log.error("it failed", new IllegalArgumentException());
    log.error("something else");
    context.getLogger("b").error("it failed");
    assertThat(lines()).hasSize(23);
  }

  @Test
  void whatIsNotOnIsNotCounted() {
    for (int i = 0; i < 100; i++) {
      log.debug("a detail");
    }
    assertThat(leftOut).hasValue(0);
    context.getLogger("a").setLevel(Level.ERROR);
    for (int i = 0; i < 100; i++) {
      log.warn("it failed");
    }
    log.setLevel(Level.INFO);
    log.warn("it failed");
    assertThat(lines()).containsExactly("it failed");
    assertThat(leftOut).hasValue(0);
  }
}
