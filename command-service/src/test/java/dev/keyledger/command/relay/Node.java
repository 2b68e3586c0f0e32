package dev.keyledger.command.relay;

import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.testing.TestServerKeys;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;

/** One replica's relay, wired as the service wires it. */
final class Node implements AutoCloseable {
  static final RelaySettings SETTINGS =
      new RelaySettings(
          "keyledger-relay",
          Duration.ofSeconds(1),
          50,
          16,
          Duration.ofMillis(10),
          Duration.ofSeconds(5),
          Duration.ofSeconds(2));

  final Signal appended = new Signal();
  final Lease lease;
  final Relay relay;
  final AppendNotifier appendNotifier;
  private final CuttableSource connections;
  private final RelayWatch watch;

  private Node(
      LedgerFixture ledger,
      LedgerLog log,
      String bootstrapServers,
      RelaySettings settings,
      Steps steps) {
    lease = new Lease(UUID.randomUUID().toString(), settings.lease(), System::nanoTime);
    relay =
        new Relay(
            new RelayKafka(
                KafkaSettings.of(bootstrapServers),
                TestServerKeys.SEALS,
                settings.transactionalId(),
                settings.transactionTimeout()),
            log,
            ledger.pooled(),
            lease,
            settings,
            appended,
            System::nanoTime,
            Clock.systemUTC(),
            new RelayMetrics(new SimpleMeterRegistry()),
            steps);
    connections = new CuttableSource(ledger.source());
    watch =
        new RelayWatch(
            connections, lease, appended, appended::give, relay::retryHeld, relay::makeAnew);
    appendNotifier = new AppendNotifier(ledger.source(), lease, appended);
    relay.start();
    watch.start();
    appendNotifier.start();
  }

  static Node start(LedgerFixture ledger, String bootstrapServers, Steps steps) {
    return start(ledger, bootstrapServers, SETTINGS, steps);
  }

  static Node start(
      LedgerFixture ledger, String bootstrapServers, RelaySettings settings, Steps steps) {
    return new Node(ledger, ledger.log(), bootstrapServers, settings, steps);
  }

  /**
   * @param log through which it reads the ledger
   */
  static Node start(LedgerFixture ledger, LedgerLog log, String bootstrapServers, Steps steps) {
    return new Node(ledger, log, bootstrapServers, SETTINGS, steps);
  }

  boolean leads() {
    return relay.phase() == Relay.Phase.LEADING;
  }

  /** What SIGSTOP does to the thread that keeps the lease; the relay's own is held by its steps. */
  void pause() {
    connections.cut();
  }

  void resume() {
    connections.mend();
  }

  @Override
  public void close() {
    appendNotifier.close();
    relay.close();
    watch.close();
  }
}
