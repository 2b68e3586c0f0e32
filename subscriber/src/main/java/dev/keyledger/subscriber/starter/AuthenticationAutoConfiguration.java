package dev.keyledger.subscriber.starter;

import dev.keyledger.subscriber.Authenticator;
import dev.keyledger.subscriber.internal.InternalTokens;
import dev.keyledger.subscriber.kafka.KafkaSettings;
import dev.keyledger.subscriber.revocations.KafkaRevocations;
import dev.keyledger.subscriber.revocations.Revocations;
import dev.keyledger.subscriber.verify.HttpIntrospector;
import dev.keyledger.subscriber.verify.Introspector;
import dev.keyledger.subscriber.verify.Jwks;
import dev.keyledger.subscriber.verify.LocalAuthenticator;
import dev.keyledger.subscriber.verify.SigningKeys;
import dev.keyledger.subscriber.verify.TokenVerifier;
import dev.keyledger.subscriber.web.ClientAddresses;
import dev.keyledger.subscriber.web.GatewayHeaders;
import dev.keyledger.subscriber.web.WebConventionsAutoConfiguration;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Clock;
import java.util.Objects;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.Consumer;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.annotation.Order;

/**
 * Verifies who calls, and enforces what endpoints declare. {@code
 * keyledger.subscriber.authenticate=false} switches it off as a whole; each bean gives way to one
 * of the application's own, so that for example token-service can authenticate without asking
 * itself.
 */
@AutoConfiguration(
    after = {WebConventionsAutoConfiguration.class, ServerKeysAutoConfiguration.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "keyledger.subscriber.authenticate", matchIfMissing = true)
@EnableConfigurationProperties(SubscriberSettings.class)
public class AuthenticationAutoConfiguration {

  @Bean
  AccessConfigurer accessConfigurer(
      Authenticator authenticator, ClientAddresses addresses, GatewayHeaders gateway) {
    return new AccessConfigurer(new AccessInterceptor(authenticator, addresses, gateway));
  }

  /** What the default {@link Authenticator} is made of. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(Authenticator.class)
  @Order(2)
  static class Local {
    @Bean
    Authenticator authenticator(
        SubscriberSettings settings,
        SigningKeys keys,
        Revocations revocations,
        Introspector introspector,
        Clock clock) {
      return new LocalAuthenticator(
          new TokenVerifier(settings.issuer(), keys, clock),
          revocations,
          introspector,
          settings.subscriber().longestTokenLifetime(),
          System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    SigningKeys signingKeys(SubscriberSettings settings) {
      return new Jwks(
          clientOf(settings),
          under(settings, "/.well-known/jwks.json"),
          settings.subscriber().timeout(),
          System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    Introspector introspector(
        SubscriberSettings settings,
        ObjectProvider<InternalTokens> internalTokens,
        @Value("${spring.application.name:}") String applicationName) {
      return new HttpIntrospector(
          clientOf(settings),
          under(settings, "/oauth2/introspect"),
          ownCredential(settings.subscriber(), internalTokens, applicationName),
          settings.subscriber().timeout());
    }

    private static Supplier<String> ownCredential(
        SubscriberSettings.Subscriber settings,
        ObjectProvider<InternalTokens> internalTokens,
        String applicationName) {
      String apiKey = settings.apiKey();
      if (apiKey != null && !apiKey.isBlank()) {
        return () -> apiKey;
      }
      InternalTokens tokens = internalTokens.getIfAvailable();
      if (tokens == null) {
        throw new IllegalStateException(
            "set keyledger.subscriber.api-key to the key of this platform service: without one it"
                + " can ask token-service nothing");
      }
      String name = Objects.requireNonNullElse(settings.name(), applicationName);
      if (name.isBlank()) {
        throw new IllegalStateException("set spring.application.name: it signs internal calls");
      }
      return () -> tokens.make(name);
    }

    private static HttpClient clientOf(SubscriberSettings settings) {
      return HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(settings.subscriber().timeout())
          .followRedirects(HttpClient.Redirect.NEVER)
          .build();
    }

    private static URI under(SubscriberSettings settings, String path) {
      String base = settings.tokenService().url().toString();
      return URI.create((base.endsWith("/") ? base.substring(0, base.length() - 1) : base) + path);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({Authenticator.class, Revocations.class})
  @ConditionalOnClass(Consumer.class)
  @EnableConfigurationProperties(KafkaSettings.class)
  @ConditionalOnProperty(
      name = "keyledger.subscriber.revocations",
      havingValue = "kafka",
      matchIfMissing = true)
  @Order(1)
  static class OverKafka {
    @Bean(initMethod = "start", destroyMethod = "close")
    KafkaRevocations revocations(SubscriberSettings settings, KafkaSettings kafka, Clock clock) {
      return new KafkaRevocations(
          kafka,
          settings.subscriber().longestTokenLifetime(),
          settings.maxStaleness(),
          clock,
          System::nanoTime);
    }
  }

  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean({Authenticator.class, Revocations.class})
  @ConditionalOnProperty(name = "keyledger.subscriber.revocations", havingValue = "none")
  @Order(1)
  static class OverNothing {
    @Bean
    Revocations revocations() {
      return Revocations.unknown();
    }
  }
}
