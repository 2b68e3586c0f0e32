package dev.keyledger.delivery;

import dev.keyledger.client.spring.OwnCredential;
import dev.keyledger.delivery.feed.Feed;
import dev.keyledger.delivery.feed.FeedLog;
import dev.keyledger.delivery.followers.NamedFollowers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.receipts.Acknowledgements;
import dev.keyledger.kit.revocations.KafkaRevocations;
import dev.keyledger.kit.revocations.RevocationMeters;
import dev.keyledger.kit.revocations.TokenServiceAcknowledgements;
import dev.keyledger.kit.revocations.TokenServiceVouches;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.binder.MeterBinder;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.scheduling.annotation.Scheduled;

/** What the feed is read from, and who vouches for it. */
@Configuration(proxyBeanMethods = false)
@EnableScheduling
class FeedConfiguration {
  /** Clocks differ; what is held a little longer harms nobody. */
  private static final Duration MARGIN = Duration.ofMinutes(5);

  /** Forgets. */
  record Sweep(FeedLog log, NamedFollowers followers) {
    @Scheduled(fixedDelayString = "PT1M", initialDelayString = "PT1M")
    void forget() {
      log.forgetTheLongEnded();
      followers.forgetTheLongGone();
    }
  }

  @Bean
  TokenServiceClient tokenService(
      @Value("${keyledger.token-service.url}") URI url, OwnCredential credential) {
    return new TokenServiceClient(url, credential);
  }

  @Bean
  FeedLog feedLog(DeliverySettings settings) {
    return new FeedLog(settings.client().longestTokenLifetime().plus(MARGIN), System::nanoTime);
  }

  @Bean(initMethod = "start", destroyMethod = "close")
  NamedFollowers namedFollowers(
      KafkaSettings kafka, RecordSeals seals, DeliverySettings settings, Clock clock, FeedLog log) {
    return new NamedFollowers(
        seals.producer(Acknowledgements.producer(kafka)),
        log::epoch,
        settings.maxStaleness(),
        clock,
        System::nanoTime);
  }

  /** By which callers are verified too: what is told of them is what they are judged by. */
  @Bean(initMethod = "start", destroyMethod = "close")
  KafkaRevocations revocations(
      KafkaSettings kafka,
      RecordSeals seals,
      DeliverySettings settings,
      Clock clock,
      TokenServiceClient tokenService,
      FeedLog log,
      NamedFollowers followers) {
    return new KafkaRevocations(
        kafka,
        seals,
        settings.client().longestTokenLifetime(),
        settings.maxStaleness(),
        clock,
        System::nanoTime,
        new TokenServiceAcknowledgements(tokenService),
        new TokenServiceVouches(tokenService),
        log.and(followers));
  }

  @Bean
  MeterBinder revocationMeters(KafkaRevocations revocations) {
    return new RevocationMeters(revocations);
  }

  @Bean
  Feed feed(FeedLog log, KafkaRevocations revocations, DeliverySettings settings) {
    return new Feed(log, revocations::ageNanos, settings.maxStaleness(), System::nanoTime);
  }

  @Bean
  Sweep sweep(FeedLog log, NamedFollowers followers) {
    return new Sweep(log, followers);
  }

  @Bean
  MeterBinder feedMeters(FeedLog log) {
    return registry ->
        Gauge.builder("keyledger.feed.entries", log, FeedLog::size)
            .description("What ended or changed within the longest life of a token, as it is held")
            .register(registry);
  }
}
