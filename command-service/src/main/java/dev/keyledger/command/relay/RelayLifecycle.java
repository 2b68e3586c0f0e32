package dev.keyledger.command.relay;

import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.receipts.Receipts;
import dev.keyledger.kit.rounds.Recurring;
import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Begins before requests are let in, and ends after the last of them was answered. */
@Component
final class RelayLifecycle implements SmartLifecycle {
  private static final Logger log = LoggerFactory.getLogger(RelayLifecycle.class);
  private static final Duration SAMPLED_EVERY = Duration.ofSeconds(1);
  private static final int BEFORE_THE_WEB_SERVER = 1000;

  private final KafkaSettings kafka;
  private final RelayConnections connections;
  private final PublishedTokens tokens;
  private final Receipts receipts;
  private final Relay relay;
  private final RelayWatch watch;
  private final AppendNotifier appendNotifier;
  private final RelayLag lag;
  private final ScheduledExecutorService sampling =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("keyledger-relay-lag").factory());
  private volatile boolean running;

  RelayLifecycle(
      KafkaSettings kafka,
      RelayConnections connections,
      PublishedTokens tokens,
      Receipts receipts,
      Relay relay,
      RelayWatch watch,
      AppendNotifier appendNotifier,
      RelayLag lag) {
    this.kafka = kafka;
    this.connections = connections;
    this.tokens = tokens;
    this.receipts = receipts;
    this.relay = relay;
    this.watch = watch;
    this.appendNotifier = appendNotifier;
    this.lag = lag;
  }

  @Override
  public void start() {
    TopicGuard.ensure(kafka);
    IndexGuard.check(connections.pooled());
    tokens.start();
    receipts.start();
    relay.start();
    watch.start();
    appendNotifier.start();
    var unused =
        Recurring.every(
            sampling,
            SAMPLED_EVERY,
            SAMPLED_EVERY,
            lag::sample,
            e -> log.warn("The relay's lag is not known: {}", e.getMessage()));
    running = true;
  }

  @Override
  public void stop() {
    running = false;
    sampling.shutdownNow();
    appendNotifier.close();
    relay.close();
    watch.close();
    receipts.close();
    tokens.close();
  }

  @Override
  public boolean isRunning() {
    return running;
  }

  @Override
  public int getPhase() {
    return BEFORE_THE_WEB_SERVER;
  }
}
