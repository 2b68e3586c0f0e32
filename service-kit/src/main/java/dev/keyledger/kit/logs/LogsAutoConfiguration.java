package dev.keyledger.kit.logs;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.Appender;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * No line of a service's log is written more than 20 times a minute. How many were left out is
 * counted by {@code keyledger.log.lines.left.out}, all lines by {@code logback.events} as the
 * framework would count them, whose own way is dear.
 */
@AutoConfiguration
@ConditionalOnClass({LoggerContext.class, MeterRegistry.class})
public class LogsAutoConfiguration {
  /** In place from here on; Spring Boot has set up logging before any bean. */
  @Bean
  Flood logFlood(ObjectProvider<MeterRegistry> meters) {
    return new Flood(meters);
  }

  static final class Flood implements InitializingBean, DisposableBean {
    private final FloodAppender.Counts counts;
    private final Map<Logger, List<FloodAppender>> inPlace = new HashMap<>();

    Flood(ObjectProvider<MeterRegistry> meters) {
      this.counts =
          (level, written) -> meters.ifAvailable(registry -> count(registry, level, written));
    }

    private static void count(MeterRegistry registry, Level level, boolean written) {
      Counter.builder("logback.events")
          .description("Lines of the log, also those that were left out")
          .tag("level", level.toString().toLowerCase(Locale.ROOT))
          .register(registry)
          .increment();
      if (!written) {
        Counter.builder("keyledger.log.lines.left.out")
            .description("Lines of the log that were repeated too often to be written")
            .register(registry)
            .increment();
      }
    }

    @Override
    public void afterPropertiesSet() {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        context.getLoggerList().forEach(logger -> standInFront(logger, context));
      }
    }

    private void standInFront(Logger logger, LoggerContext context) {
      var appenders = new ArrayList<Appender<ILoggingEvent>>();
      logger.iteratorForAppenders().forEachRemaining(appenders::add);
      for (Appender<ILoggingEvent> appender : appenders) {
        var flood = new FloodAppender(appender, System::nanoTime, counts);
        flood.setContext(context);
        flood.start();
        logger.addAppender(flood);
        logger.detachAppender(appender);
        inPlace.computeIfAbsent(logger, l -> new ArrayList<>()).add(flood);
      }
    }

    // Several services may run in one process, as tests do, and each brings some of its own. One
    // that isn't the outermost any more stays: it lets through what those in front of it do.
    @Override
    public void destroy() {
      inPlace.forEach((logger, floods) ->
          floods.stream()
              .filter(logger::isAttached)
              .forEach(flood -> {
                logger.addAppender(flood.behind());
                logger.detachAppender(flood);
              }));
    }
  }
}
