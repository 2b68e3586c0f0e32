package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.TrustedProxies;
import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.token.TokenServiceSettings;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.Freshness;
import dev.keyledger.token.enforcement.decide.KeyDecision;
import dev.keyledger.token.enforcement.decide.TokenDecision;
import dev.keyledger.token.enforcement.outbox.EndedAnswer;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.SessionEnds;
import dev.keyledger.token.enforcement.tokens.TokenEnds;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.observation.ObservationRegistry;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.web.servlet.ServletRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.web.filter.ServerHttpObservationFilter;

/** The servlets of the hot path, each with its path, and who authenticates for everybody here. */
@Configuration(proxyBeanMethods = false)
class EnforcementEndpoints {
  private static final int OBSERVED = Ordered.HIGHEST_PRECEDENCE + 1;

  @Bean
  DecisionMetrics decisionMetrics(MeterRegistry registry) {
    return new DecisionMetrics(registry);
  }

  @Bean
  Gate gate(
      AccessState state,
      KeyDecision keys,
      TokenDecision tokens,
      AccessTokens issued,
      Freshness freshness,
      UsageCounter usage,
      DecisionMetrics metrics,
      Clock clock) {
    return new Gate(state, keys, tokens, issued, freshness, usage, metrics, clock);
  }

  @Bean
  Places places(ClientAddresses addresses, TrustedProxies proxies, TokenServiceSettings settings) {
    return new Places(addresses, proxies, settings.environmentsByHost());
  }

  /** Also what {@code @Requires} on the other endpoints of this service goes by. */
  @Bean
  StateAuthenticator authenticator(Gate gate) {
    return new StateAuthenticator(gate);
  }

  @Bean
  Callers callers(StateAuthenticator authenticator, Places places) {
    return new Callers(authenticator, places);
  }

  @Bean
  Askers askers(
      Gate gate, Places places, StateAuthenticator authenticator, InternalTokens internalTokens) {
    return new Askers(gate, places, authenticator, internalTokens);
  }

  @Bean
  TokenGrants tokenGrants(Gate gate, KeyDecision keys, KeyRefreshTokens refreshTokens) {
    return new TokenGrants(gate, keys, refreshTokens);
  }

  @Bean
  RefreshSweep refreshSweep(KeyRefreshTokens refreshTokens, Clock clock) {
    return new RefreshSweep(refreshTokens, clock);
  }

  @Bean
  HotServlet.Refusing refusing(ProblemWriter problems, GatewayHeaders gateway) {
    return new HotServlet.Refusing(problems, gateway);
  }

  @Bean
  FilterRegistrationBean<WaitingRoom> waitingRoom(
      ProblemWriter problems, @Value("${server.tomcat.threads.max:64}") int threads) {
    var registration =
        new FilterRegistrationBean<>(new WaitingRoom(problems, Math.max(1, threads * 5 / 8)));
    registration.addUrlPatterns(WaitingRoom.PATHS);
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
      HotServlet.Refusing refusing, Gate gate, Callers callers) {
    return at("/v1/keys/verify", new VerifyServlet(refusing, gate, callers));
  }

  @Bean
  ServletRegistrationBean<HotServlet> authorize(
      HotServlet.Refusing refusing, Gate gate, Places places) {
    return at("/v1/authorize", new AuthorizeServlet(refusing, gate, places));
  }

  @Bean
  ServletRegistrationBean<HotServlet> tokens(
      HotServlet.Refusing refusing, Gate gate, Places places, TokenGrants grants) {
    return at("/v1/tokens", new TokensServlet(refusing, gate, places, grants));
  }

  @Bean
  ServletRegistrationBean<HotServlet> token(
      HotServlet.Refusing refusing, Gate gate, Places places, TokenGrants grants) {
    return at("/oauth2/token", new TokenEndpoint(refusing, gate, places, grants));
  }

  @Bean
  ServletRegistrationBean<HotServlet> introspect(
      HotServlet.Refusing refusing, Gate gate, Askers askers, TokenServiceSettings settings) {
    return at(
        "/oauth2/introspect", new IntrospectionEndpoint(refusing, gate, askers, settings.issuer()));
  }

  @Bean
  ServletRegistrationBean<HotServlet> revoke(
      HotServlet.Refusing refusing,
      Gate gate,
      Askers askers,
      TokenGrants grants,
      TokenEnds ends,
      SessionEnds sessionEnds,
      EndedAnswer ended) {
    return at(
        "/oauth2/revoke",
        new RevocationEndpoint(refusing, gate, askers, grants, ends, sessionEnds, ended));
  }

  private static ServletRegistrationBean<HotServlet> at(String path, HotServlet servlet) {
    var registration = new ServletRegistrationBean<>(servlet, path);
    registration.setName(path.substring(1).replace('/', '-'));
    registration.setLoadOnStartup(1);
    return registration;
  }
}
