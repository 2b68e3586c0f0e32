package dev.keyledger.token.enforcement;

import dev.keyledger.kit.counts.CountsPublisher;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.TokenDecision;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.token.TokenServiceSettings;
import dev.keyledger.token.enforcement.access.AccessFeed;
import dev.keyledger.token.enforcement.access.AccessSettings;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.EndedTokens;
import dev.keyledger.token.enforcement.access.HeapRoom;
import dev.keyledger.token.enforcement.access.PepperedSecrets;
import dev.keyledger.token.enforcement.access.Peppers;
import dev.keyledger.token.enforcement.access.Reflected;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.http.GrantRates;
import dev.keyledger.token.enforcement.networks.NetworkRounds;
import dev.keyledger.token.enforcement.outbox.SentRevocations;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.TokenListing;
import dev.keyledger.token.enforcement.usage.ToldNetworks;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import dev.keyledger.token.enforcement.usage.UsagePublisher;
import java.time.Clock;
import java.util.function.Supplier;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Wires the access state, its feed, and what decides by it. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(KafkaSettings.class)
class EnforcementConfiguration {
  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  AccessState accessState() {
    return new AccessState(HeapRoom.ofThisProcess());
  }

  @Bean
  EndedTokens endedTokens(AccessSettings settings) {
    // Tokens are dated by several clocks.
    return new EndedTokens(
        settings.access().longestTokenLifetime().plus(settings.access().margin()),
        System::nanoTime);
  }

  @Bean(destroyMethod = "") // Its life has an order: see AccessFeedLife.
  AccessFeed accessFeed(
      KafkaSettings kafka,
      RecordSeals seals,
      AccessSettings settings,
      TokenServiceSettings service,
      AccessState state,
      EndedTokens ended,
      Reflected reflected,
      Clock clock,
      AgreedClock agreed) {
    TopicGuard.ensure(kafka);
    return new AccessFeed(
        kafka,
        seals,
        settings,
        service.instanceName(),
        state,
        ended,
        reflected,
        clock,
        System::nanoTime,
        () -> Math.min(System.currentTimeMillis(), agreed.instant().toEpochMilli()));
  }

  @Bean
  AccessFeedLife accessFeedLife(AccessFeed feed, EndedTokens ended, SentRevocations sent) {
    return new AccessFeedLife(feed, ended, sent);
  }

  @Bean
  ReplicaFreshness freshness(AccessFeed feed) {
    return feed.freshness();
  }

  @Bean
  AccessTokens accessTokens(
      AccessState state,
      Supplier<ServerKeys> serverKeys,
      TokenServiceSettings service,
      AccessSettings settings,
      TokenListing listing) {
    return new AccessTokens(
        state, serverKeys, service.issuer(), settings.access().longestTokenLifetime(), listing);
  }

  @Bean
  GrantRates grantRates() {
    return new GrantRates(System::nanoTime);
  }

  @Bean
  KeyDecision keyDecision(AccessState state, Supplier<ServerKeys> serverKeys) {
    return new KeyDecision(state, new PepperedSecrets(state, new Peppers(serverKeys)));
  }

  @Bean
  TokenDecision tokenDecision(AccessState state, EndedTokens ended) {
    return new TokenDecision(state, ended);
  }

  @Bean
  UsagePublisher usagePublisher(
      UsageCounter counter,
      NetworkRounds networks,
      ToldNetworks told,
      KafkaSettings kafka,
      RecordSeals seals,
      TokenServiceSettings service,
      Clock clock) {
    var publisher =
        new UsagePublisher(
            counter,
            networks::accept,
            told,
            seals.producer(CountsPublisher.producerOf(kafka)),
            service.instanceName(),
            clock);
    publisher.publishEvery(service.usage().interval());
    return publisher;
  }
}
