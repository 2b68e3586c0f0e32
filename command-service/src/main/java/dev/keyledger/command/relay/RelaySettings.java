package dev.keyledger.command.relay;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * @param transactionalId the same for every replica: a relay that begins with it fences the one
 *     that had it
 * @param lease for how long a leader that no longer renews is waited for; it renews five times in
 *     that time
 * @param batch events of one Kafka transaction at most
 * @param restFrom so many events of one Kafka transaction make the relay rest before the next, so
 *     that more events share the cost of one
 * @param rest for how long it does, at most 100 ms; on a quiet ledger nothing waits for it
 * @param poll how often to look at the ledger unasked, in case a wake-up was lost
 * @param transactionTimeout for how long a Kafka transaction that its relay has left behind holds
 *     back what verifiers may read, besides the brokers' interval of looking for such; 1 to 10
 *     seconds
 */
@ConfigurationProperties("keyledger.relay")
record RelaySettings(
    @DefaultValue("keyledger-relay") String transactionalId,
    @DefaultValue("PT1S") Duration lease,
    @DefaultValue("500") int batch,
    @DefaultValue("16") int restFrom,
    @DefaultValue("PT0.01S") Duration rest,
    @DefaultValue("PT0.25S") Duration poll,
    @DefaultValue("PT2S") Duration transactionTimeout) {
  static final Duration LONGEST_REST = Duration.ofMillis(100);
  static final Duration LONGEST_TRANSACTION = Duration.ofSeconds(10);
  private static final Duration SHORTEST_TRANSACTION = Duration.ofSeconds(1);

  RelaySettings {
    if (rest.isNegative() || rest.compareTo(LONGEST_REST) > 0) {
      throw new IllegalArgumentException("keyledger.relay.rest is 0 to 100 ms");
    }
    if (transactionTimeout.compareTo(SHORTEST_TRANSACTION) < 0
        || transactionTimeout.compareTo(LONGEST_TRANSACTION) > 0) {
      throw new IllegalArgumentException("keyledger.relay.transaction-timeout is 1 to 10 s");
    }
  }

  static RelaySettings defaults() {
    return new RelaySettings(
        "keyledger-relay",
        Duration.ofSeconds(1),
        500,
        16,
        Duration.ofMillis(10),
        Duration.ofMillis(250),
        Duration.ofSeconds(2));
  }

  /**
   * Before the next transaction. A full batch has left something behind, which has waited already.
   *
   * @param events of the last one
   */
  Duration restAfter(int events) {
    return events >= restFrom && events < batch ? rest : Duration.ZERO;
  }
}
