package dev.keyledger.client.spring;

import dev.keyledger.client.Authenticator;
import dev.keyledger.client.HttpIntrospector;
import dev.keyledger.client.HttpSigningKeys;
import dev.keyledger.client.Introspector;
import dev.keyledger.client.LocalAuthenticator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.SessionCheck;
import dev.keyledger.client.SigningKeys;
import dev.keyledger.client.TokenVerifier;
import dev.keyledger.client.TrustedProxies;
import dev.keyledger.client.revocations.HttpRevocations;
import dev.keyledger.client.revocations.Revocations;
import java.net.http.HttpClient;
import java.time.Clock;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Verifies who calls, and enforces what endpoints declare; nothing else of the host changes. {@code
 * keyledger.client.enabled=false} switches it off as a whole; each bean gives way to one of the
 * application's own.
 */
@AutoConfiguration
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "keyledger.client.enabled", matchIfMissing = true)
@EnableConfigurationProperties(ClientSettings.class)
public class KeyledgerClientAutoConfiguration {

  @Bean
  AccessConfigurer accessConfigurer(
      Authenticator authenticator, RequestContexts contexts, ClientSettings settings) {
    return new AccessConfigurer(
        new AccessInterceptor(authenticator, contexts, settings.undeclaredEndpoints()));
  }

  @Bean
  @ConditionalOnMissingBean
  RequestContexts requestContexts(ClientSettings settings) {
    var addresses = new ClientAddresses(new TrustedProxies(settings.trustedProxies()));
    return request -> RequestContext.from(addresses.of(request));
  }

  /** What has ended, where that is followed and nobody else tells of it. */
  @Bean(initMethod = "start", destroyMethod = "close")
  @ConditionalOnBooleanProperty("keyledger.client.follow")
  @ConditionalOnMissingBean({Authenticator.class, Revocations.class})
  HttpRevocations followedRevocations(ClientSettings settings, ObjectProvider<OwnCredential> own) {
    return new HttpRevocations(
        clientOf(settings),
        settings.under("/v1/revocations"),
        credentialOf(settings, own),
        settings.longestTokenLifetime(),
        settings.maxStaleness(),
        settings.follower(),
        System::nanoTime);
  }

  private static OwnCredential credentialOf(
      ClientSettings settings, ObjectProvider<OwnCredential> own) {
    return own.getIfAvailable(() -> {
      String apiKey = settings.apiKey();
      if (apiKey == null || apiKey.isBlank()) {
        throw new IllegalStateException(
            "set keyledger.client.api-key to the key of this platform service: without one it can"
                + " ask token-service nothing");
      }
      return () -> apiKey;
    });
  }

  private static HttpClient clientOf(ClientSettings settings) {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(settings.timeout())
        .followRedirects(HttpClient.Redirect.NEVER)
        .build();
  }

  /** What the default {@link Authenticator} is made of. */
  @Configuration(proxyBeanMethods = false)
  @ConditionalOnMissingBean(Authenticator.class)
  static class Local {
    @Bean
    Authenticator authenticator(
        ClientSettings settings,
        SigningKeys keys,
        Introspector introspector,
        ObjectProvider<Revocations> revocations,
        ObjectProvider<SessionCheck> sessions,
        ObjectProvider<Clock> clock) {
      return new LocalAuthenticator(
          new TokenVerifier(settings.issuer(), keys, clock.getIfUnique(Clock::systemUTC)),
          // Where none are followed, token-service is asked about every token.
          revocations.getIfAvailable(Revocations::unknown),
          introspector,
          sessions.getIfAvailable(() -> SessionCheck.NONE),
          settings.longestTokenLifetime(),
          System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    SigningKeys signingKeys(ClientSettings settings) {
      return new HttpSigningKeys(
          clientOf(settings),
          settings.under("/.well-known/jwks.json"),
          settings.timeout(),
          System::nanoTime);
    }

    @Bean
    @ConditionalOnMissingBean
    Introspector introspector(ClientSettings settings, ObjectProvider<OwnCredential> own) {
      return new HttpIntrospector(
          clientOf(settings),
          settings.under("/oauth2/introspect"),
          credentialOf(settings, own),
          settings.timeout());
    }
  }
}
