package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.TrustedProxies;
import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.token.TokenServiceSettings;
import dev.keyledger.token.enforcement.outbox.EndedAnswer;
import dev.keyledger.token.enforcement.tokens.SessionEnds;
import dev.keyledger.token.enforcement.tokens.TokenEnds;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.http.HttpServletRequest;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.ServerHttpObservationFilter;

/**
 * The servlets of the hot path, each with its path, and what authenticates for all of this service.
 */
@Configuration(proxyBeanMethods = false)
class EnforcementEndpoints {
  private static final int OBSERVED = Ordered.HIGHEST_PRECEDENCE + 1;

  @Bean
  RequestContextReader requestContextReader(
      ClientAddresses addresses, TrustedProxies proxies, TokenServiceSettings settings) {
    return new RequestContextReader(addresses, proxies, settings.environmentsByHost());
  }

  @Bean
  FilterRegistrationBean<BlockingRequestLimit> blockingRequestLimit(
      ProblemWriter problems,
      ClientAddresses addresses,
      @Value("${server.tomcat.threads.max:64}") int threads) {
    var registration =
        new FilterRegistrationBean<>(
            new BlockingRequestLimit(problems, addresses, Math.max(2, threads * 5 / 8)));
    registration.addUrlPatterns(BlockingRequestLimit.PATHS);
    return registration;
  }

  @Bean
  FilterRegistrationBean<DecisionTimer> decisionTimer(MeterRegistry registry) {
    var registration = new FilterRegistrationBean<>(new DecisionTimer(registry));
    registration.setUrlPatterns(DecisionTimer.PATHS);
    registration.setOrder(OBSERVED);
    return registration;
  }

  /** As the framework would have it, but for what has a timer of its own. */
  @Bean
  FilterRegistrationBean<ServerHttpObservationFilter> observations(ObservationRegistry registry) {
    var filter =
        new ServerHttpObservationFilter(registry) {
          @Override
          protected boolean shouldNotFilter(HttpServletRequest request) {
            return DecisionTimer.PATHS.contains(request.getRequestURI());
          }
        };
    var registration = new FilterRegistrationBean<ServerHttpObservationFilter>(filter);
    registration.setOrder(OBSERVED);
    return registration;
  }

  @Bean
  ServletRegistrationBean<HotServlet> verify(
      HotServlet.Refusing refusing, CredentialChecks checks, RequestAuthenticator authenticator) {
    return at("/v1/keys/verify", new VerifyServlet(refusing, checks, authenticator));
  }

  @Bean
  ServletRegistrationBean<HotServlet> authorize(
      HotServlet.Refusing refusing, CredentialChecks checks, RequestContextReader contexts) {
    return at("/v1/authorize", new AuthorizeServlet(refusing, checks, contexts));
  }

  @Bean
  ServletRegistrationBean<HotServlet> tokens(
      HotServlet.Refusing refusing,
      CredentialChecks checks,
      RequestContextReader contexts,
      TokenGrants grants) {
    return at("/v1/tokens", new TokensServlet(refusing, checks, contexts, grants));
  }

  @Bean
  ServletRegistrationBean<HotServlet> token(
      HotServlet.Refusing refusing,
      CredentialChecks checks,
      RequestContextReader contexts,
      TokenGrants grants) {
    return at("/oauth2/token", new TokenEndpoint(refusing, checks, contexts, grants));
  }

  @Bean
  ServletRegistrationBean<HotServlet> introspect(
      HotServlet.Refusing refusing,
      CredentialChecks checks,
      RequestAuthenticator authenticator,
      TokenServiceSettings settings) {
    return at(
        "/oauth2/introspect",
        new IntrospectionEndpoint(refusing, checks, authenticator, settings.issuer()));
  }

  @Bean
  ServletRegistrationBean<HotServlet> revoke(
      HotServlet.Refusing refusing,
      CredentialChecks checks,
      RequestAuthenticator authenticator,
      TokenGrants grants,
      TokenEnds ends,
      SessionEnds sessionEnds,
      EndedAnswer ended) {
    return at(
        "/oauth2/revoke",
        new RevocationEndpoint(refusing, checks, authenticator, grants, ends, sessionEnds, ended));
  }

  private static ServletRegistrationBean<HotServlet> at(String path, HotServlet servlet) {
    var registration = new ServletRegistrationBean<>(servlet, path);
    registration.setName(path.substring(1).replace('/', '-'));
    registration.setLoadOnStartup(1);
    return registration;
  }
}
