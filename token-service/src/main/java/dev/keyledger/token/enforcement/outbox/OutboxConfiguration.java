package dev.keyledger.token.enforcement.outbox;

import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.receipts.CommitTopic;
import dev.keyledger.kit.receipts.Receipts;
import dev.keyledger.token.enforcement.access.AccessSettings;
import dev.keyledger.token.enforcement.access.LocalRevocations;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.support.TransactionOperations;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties({KafkaSettings.class, AccessSettings.class})
class OutboxConfiguration {
  private static final int DELIVERY_MILLIS = 8_000;
  private static final int REQUEST_MILLIS = 4_000;

  @Bean(destroyMethod = "close")
  OutboxRelay outboxRelay(
      JdbcClient jdbc, TransactionOperations transactions, KafkaSettings kafka, RecordSeals seals) {
    var table = new OutboxTable(jdbc);
    return new OutboxRelay(
        table,
        new RevocationsTopic(table, kafka, System::nanoTime),
        transactions,
        producer(kafka, seals));
  }

  @Bean
  Outbox outbox(JdbcClient jdbc, LocalRevocations local, OutboxRelay relay, SecureRandom random) {
    return new Outbox(jdbc, local, relay::wake, random);
  }

  @Bean
  @ConditionalOnMissingBean
  Receipts receipts(
      KafkaSettings kafka,
      RecordSeals seals,
      @Value("${keyledger.max-staleness:PT2S}") Duration maxStaleness,
      Clock clock) {
    return new Receipts(
        kafka, seals, CommitTopic.REVOCATIONS, maxStaleness, clock, System::nanoTime);
  }

  private static Producer<String, byte[]> producer(KafkaSettings kafka, RecordSeals seals) {
    var settings = kafka.producer();
    settings.put(ProducerConfig.CLIENT_ID_CONFIG, "token-service-outbox");
    settings.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, DELIVERY_MILLIS);
    settings.put(ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG, REQUEST_MILLIS);
    settings.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, REQUEST_MILLIS);
    return seals.producer(settings);
  }
}
