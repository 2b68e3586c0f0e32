package dev.keyledger.command.people;

import dev.keyledger.kit.internal.InternalTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.security.SecureRandom;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

@Configuration(proxyBeanMethods = false)
class PeopleConfiguration {
  /** A command waits no longer than this for anything that token-service has to say. */
  private static final Duration PATIENCE = Duration.ofSeconds(2);

  @Bean
  PeopleClient people(
      @Value("${keyledger.token-service.url}") String tokenService,
      InternalTokens tokens,
      SecureRandom secureRandom,
      MeterRegistry meters) {
    var requests =
        new JdkClientHttpRequestFactory(
            HttpClient.newBuilder()
                .version(HttpClient.Version.HTTP_1_1)
                .connectTimeout(PATIENCE)
                .followRedirects(HttpClient.Redirect.NEVER)
                .build());
    requests.setReadTimeout(PATIENCE);
    return new PeopleClient(
        RestClient.builder().baseUrl(tokenService).requestFactory(requests).build(),
        tokens,
        secureRandom,
        meters);
  }
}
