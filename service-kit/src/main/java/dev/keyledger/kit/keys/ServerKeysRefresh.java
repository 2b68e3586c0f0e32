package dev.keyledger.kit.keys;

import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/** Looks once a second whether the server keys' file has changed. */
final class ServerKeysRefresh implements InitializingBean, DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(ServerKeysRefresh.class);

  private final ServerKeysFile keys;
  private final boolean demonstration;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("server-keys-refresh").factory());
  private boolean failing;

  ServerKeysRefresh(ServerKeysFile keys, boolean demonstration) {
    this.keys = keys;
    this.demonstration = demonstration;
  }

  @Override
  public void afterPropertiesSet() {
    var unused = scheduler.scheduleWithFixedDelay(this::refresh, 1, 1, TimeUnit.SECONDS);
  }

  private void refresh() {
    try {
      if (keys.refresh()) {
        log.info("Server keys were read anew: {}", keys.get());
        if (keys.get().demonstration() && !demonstration) {
          log.error(
              "The server keys are the demonstration's now; this process will not start again");
        }
      }
      failing = false;
    } catch (RuntimeException e) {
      // Once per failure, not once per second, and never what the file says.
      if (!failing) {
        log.error("Server keys cannot be read, the ones in use stay: {}", e.getMessage());
      }
      failing = true;
    }
  }

  @Override
  public void destroy() {
    scheduler.shutdownNow();
  }
}
