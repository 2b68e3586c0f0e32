package dev.keyledger.query.people;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.kit.internal.InternalTokens;
import io.micrometer.core.instrument.MeterRegistry;
import java.net.http.HttpClient;
import java.time.Duration;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.client.JdkClientHttpRequestFactory;
import org.springframework.web.client.RestClient;

@Configuration(proxyBeanMethods = false)
class PeopleConfiguration {
  @Bean
  PeopleKeys peopleKeys(
      RestClient.Builder builder,
      @Value("${keyledger.token-service.url}") String tokenService,
      @Value("${spring.application.name}") String service,
      InternalTokens tokens,
      MeterRegistry meters) {
    var http = HttpClient.newBuilder().connectTimeout(Duration.ofMillis(500)).build();
    var requests = new JdkClientHttpRequestFactory(http);
    requests.setReadTimeout(Duration.ofSeconds(2));
    return new PeopleKeys(
        builder.baseUrl(tokenService).requestFactory(requests).build(),
        tokens,
        service,
        meters,
        Ticker.systemTicker());
  }
}
