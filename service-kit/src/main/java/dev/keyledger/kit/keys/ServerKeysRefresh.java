package dev.keyledger.kit.keys;

import dev.keyledger.kit.rounds.Recurring;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.InitializingBean;

/** Looks once a second whether the server keys' file has changed. */
final class ServerKeysRefresh implements InitializingBean, DisposableBean {
  private static final Logger log = LoggerFactory.getLogger(ServerKeysRefresh.class);
  private static final Duration EVERY = Duration.ofSeconds(1);

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
    var unused = Recurring.every(scheduler, EVERY, EVERY, this::refresh, this::failed);
  }

  private void refresh() {
    if (keys.refresh()) {
      log.info("Server keys were read anew: {}", keys.get());
      if (keys.get().demonstration() && !demonstration) {
        log.error("The server keys are the demonstration's now; this process will not start again");
      }
    }
    failing = false;
  }

  // Once per failure, not once per second, and never what the file says.
  private void failed(Throwable failure) {
    if (!failing) {
      log.error("Server keys cannot be read, the ones in use stay: {}", failure.getMessage());
    }
    failing = true;
  }

  @Override
  public void destroy() {
    scheduler.shutdownNow();
  }
}
