package dev.keyledger.delivery.sending;

import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import dev.keyledger.kit.net.ReachableAddresses;
import dev.keyledger.kit.net.ReachableSettings;
import java.net.InetAddress;
import java.security.NoSuchAlgorithmException;
import java.time.Clock;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** To where, and by what, is sent. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(ReachableSettings.class)
class SendingConfiguration {
  @Bean
  @ConditionalOnMissingBean
  CheckedAddresses.Names names() {
    return InetAddress::getAllByName;
  }

  @Bean
  ReachableAddresses reachableAddresses(ReachableSettings settings) {
    return settings.addresses();
  }

  @Bean
  SubscriptionSecrets subscriptionSecrets(Supplier<ServerKeys> serverKeys) {
    return new SubscriptionSecrets(serverKeys);
  }

  @Bean
  ReceiverClient receiverClient(
      CheckedAddresses.Names names, ReachableAddresses reachable, Clock clock)
      throws NoSuchAlgorithmException {
    return new ReceiverClient(
        names, reachable::allows, reachable::isNamed, SSLContext.getDefault(), clock);
  }
}
