package dev.keyledger.delivery.collector;

import dev.keyledger.delivery.sending.Backoff;
import dev.keyledger.delivery.sending.ReceiverClient;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** By what collectors are sent to. */
@Configuration(proxyBeanMethods = false)
class CollectorConfiguration {
  /** As long as a receiver of webhooks has. */
  private static final Duration ANSWER_WITHIN = Duration.ofSeconds(15);

  @Bean
  SyslogClient syslogClient(ReceiverClient receivers) throws NoSuchAlgorithmException {
    return new SyslogClient(receivers::addressesOf, SSLContext.getDefault(), ANSWER_WITHIN);
  }

  @Bean
  CollectorTurns collectorTurns(
      TurnTable table,
      CollectedHistory history,
      ReceiverClient receivers,
      SyslogClient syslog,
      SubscriptionSecrets secrets,
      CollectorMeters meters,
      CollectorsSettings settings,
      Clock clock) {
    return new CollectorTurns(
        new Turn.Means(
            table,
            history,
            new BatchSender(receivers, syslog, secrets),
            new Backoff(new SecureRandom()),
            meters,
            settings,
            clock,
            System::nanoTime));
  }
}
