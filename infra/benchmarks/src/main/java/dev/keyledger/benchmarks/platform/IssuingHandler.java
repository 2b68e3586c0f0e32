package dev.keyledger.benchmarks.platform;

import dev.keyledger.benchmarks.ceiling.CeilingHandlers;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.KeyEntry;
import dev.keyledger.token.enforcement.access.SecretEntry;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import jakarta.servlet.Filter;
import jakarta.servlet.ServletRequest;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Base64;
import java.util.Objects;
import java.util.Set;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Calls token-service's issuer from within, in one thread, over and over for the time asked for,
 * and answers how many tokens a second that made.
 */
@Configuration(proxyBeanMethods = false)
class IssuingHandler {
  static final String PATH = "/benchmark/issuing";

  @Bean
  FilterRegistrationBean<Filter> issuing(AccessTokens tokens, AccessState state, Clock clock) {
    return CeilingHandlers.first(
        "issuing",
        PATH,
        (request, response, chain) -> {
          double perSecond = perSecond(tokens, state, clock, request);
          byte[] text = Double.toString(perSecond).getBytes(StandardCharsets.US_ASCII);
          response.setContentLength(text.length);
          response.getOutputStream().write(text);
        });
  }

  private static double perSecond(
      AccessTokens tokens, AccessState state, Clock clock, ServletRequest request) {
    KeyEntry key = Objects.requireNonNull(state.key(new KeyId(request.getParameter("key"))));
    byte[] verifier = Base64.getUrlDecoder().decode(request.getParameter("verifier"));
    SecretEntry secret = Objects.requireNonNull(state.secret(verifier));
    OrganizationRules organization = Objects.requireNonNull(key.organization());
    Set<String> permissions =
        state.permissionsOf(Objects.requireNonNull(key.creator(), "the key's creator"));
    long position = state.positionOf(organization.id());
    long startedAt = System.nanoTime();
    long endsAt = startedAt + Long.parseLong(request.getParameter("millis")) * 1_000_000;
    long issued = 0;
    long now;
    do {
      IssuedToken token =
          tokens.issueForKey(
              key, secret, organization, permissions, false, position, clock.instant());
      issued += Objects.requireNonNull(token).expiresIn() > 0 ? 1 : 0;
      now = System.nanoTime();
    } while (now < endsAt);
    return issued * 1e9 / (now - startedAt);
  }
}
