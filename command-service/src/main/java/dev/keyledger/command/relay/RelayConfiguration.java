package dev.keyledger.command.relay;

import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.receipts.CommitTopic;
import dev.keyledger.kit.receipts.Receipts;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Duration;
import java.util.UUID;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({RelaySettings.class, KafkaSettings.class})
class RelayConfiguration {
  @Bean
  LedgerLog ledgerLog(RelayConnections connections) {
    return new JdbcLedgerLog(connections.pooled());
  }

  @Bean
  RelayKafka relayKafka(KafkaSettings kafka, RecordSeals seals, RelaySettings settings) {
    return new RelayKafka(kafka, seals, settings.transactionalId(), settings.transactionTimeout());
  }

  @Bean
  Lease relayLease(RelaySettings settings) {
    return new Lease(UUID.randomUUID().toString(), settings.lease(), System::nanoTime);
  }

  @Bean
  Signal relaySignal() {
    return new Signal();
  }

  /** Ended by {@link RelayLifecycle}, in order. */
  @Bean(destroyMethod = "")
  Relay relay(
      RelayKafka kafka,
      LedgerLog ledger,
      RelayConnections connections,
      Lease lease,
      RelaySettings settings,
      Signal appended,
      Clock clock,
      RelayMetrics metrics) {
    return new Relay(
        kafka,
        ledger,
        connections.pooled(),
        lease,
        settings,
        appended,
        System::nanoTime,
        clock,
        metrics,
        Steps.UNHINDERED);
  }

  @Bean(destroyMethod = "")
  RelayWatch relayWatch(RelayConnections connections, Lease lease, Signal appended, Relay relay) {
    return new RelayWatch(
        connections.unpooled(), lease, appended, appended::give, relay::retryHeld, relay::makeAnew);
  }

  @Bean(destroyMethod = "")
  AppendNotifier appendNotifier(RelayConnections connections, Lease lease, Signal appended) {
    return new AppendNotifier(connections.unpooled(), lease, appended);
  }

  @Bean(destroyMethod = "")
  PublishedTokens publishedTokens(RelayKafka kafka, MaxStaleness maxStaleness) {
    return new PublishedTokens(kafka, maxStaleness.settled(), System::nanoTime);
  }

  @Bean(destroyMethod = "")
  Receipts receipts(
      KafkaSettings kafka,
      RecordSeals seals,
      MaxStaleness maxStaleness,
      Clock clock,
      ChannelTimes times) {
    return new Receipts(
        kafka, seals, CommitTopic.EVENTS, maxStaleness.value(), clock, System::nanoTime, times);
  }

  @Bean
  RelayLag relayLag(LedgerLog ledger, PublishedTokens tokens, Relay relay, MeterRegistry registry) {
    return new RelayLag(ledger, tokens, relay, System::nanoTime, registry);
  }

  @Bean
  MaxStaleness maxStaleness(@Value("${keyledger.max-staleness:PT2S}") Duration value) {
    return new MaxStaleness(value);
  }

  /**
   * For how long a consumer may serve without news; one that hears none longer refuses by itself.
   */
  record MaxStaleness(Duration value) {
    Duration settled() {
      return value.plus(value.dividedBy(10));
    }
  }
}
