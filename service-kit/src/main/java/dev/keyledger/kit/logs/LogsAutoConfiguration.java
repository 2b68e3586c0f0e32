package dev.keyledger.kit.logs;

import ch.qos.logback.classic.LoggerContext;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.context.annotation.Bean;

/**
 * No line of a service's log is written more than 20 times a minute. How many were left out is
 * counted by {@code keyledger.log.lines.left.out}.
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
    private final FloodFilter filter;

    Flood(ObjectProvider<MeterRegistry> meters) {
      this.filter =
          new FloodFilter(
              System::nanoTime,
              lines ->
                  meters.ifAvailable(registry ->
                      Counter.builder("keyledger.log.lines.left.out")
                          .description(
                              "Lines of the log that were repeated too often to be written")
                          .register(registry)
                          .increment(lines)));
    }

    @Override
    public void afterPropertiesSet() {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        filter.start();
        context.addTurboFilter(filter);
      }
    }

    // Several services may run in one process, as tests do, and each brings a filter of its own.
    @Override
    public void destroy() {
      if (LoggerFactory.getILoggerFactory() instanceof LoggerContext context) {
        context.getTurboFilterList().remove(filter);
      }
    }
  }
}
