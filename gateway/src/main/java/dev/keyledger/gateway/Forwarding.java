package dev.keyledger.gateway;

import static org.springframework.cloud.gateway.server.mvc.filter.BeforeFilterFunctions.uri;
import static org.springframework.cloud.gateway.server.mvc.handler.HandlerFunctions.http;

import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import java.net.URI;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.apache.hc.client5.http.classic.methods.HttpUriRequestBase;
import org.apache.hc.client5.http.config.ConnectionConfig;
import org.apache.hc.client5.http.config.RequestConfig;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClients;
import org.apache.hc.client5.http.impl.io.PoolingHttpClientConnectionManagerBuilder;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.util.TimeValue;
import org.apache.hc.core5.util.Timeout;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.MediaType;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;
import org.springframework.web.servlet.function.HandlerFunction;
import org.springframework.web.servlet.function.RouterFunction;
import org.springframework.web.servlet.function.ServerRequest;
import org.springframework.web.servlet.function.ServerResponse;

/** Puts the routing table to work. */
@Configuration(proxyBeanMethods = false)
class Forwarding {
  /** Behind the dialects, which say it in their own form. */
  private static final int HTTPS = Ordered.HIGHEST_PRECEDENCE + 14;

  /** Behind the trace filter and in front of everything that reads a path. */
  private static final int PLAIN_PATHS = Ordered.HIGHEST_PRECEDENCE + 15;

  @Bean
  RouterFunction<ServerResponse> routes(GatewaySettings settings, ProblemWriter problems) {
    Map<Upstream, HandlerFunction<ServerResponse>> forwards = new EnumMap<>(Upstream.class);
    for (Upstream upstream : Upstream.values()) {
      forwards.put(upstream, forwardTo(upstream, settings, problems));
    }
    return request -> upstreamOf(request).map(forwards::get);
  }

  private static Optional<Upstream> upstreamOf(ServerRequest request) {
    return RoutingTable.find(
        request.method().name(), request.requestPath().pathWithinApplication().value());
  }

  private static HandlerFunction<ServerResponse> forwardTo(
      Upstream upstream, GatewaySettings settings, ProblemWriter problems) {
    HandlerFunction<ServerResponse> proxy = http();
    var toUpstream = uri(settings.urlOf(upstream));
    return request -> {
      try {
        return proxy.handle(toUpstream.apply(request));
      } catch (Exception e) {
        return answerOf(UpstreamFailures.problemOf(e, upstream), problems);
      }
    };
  }

  private static ServerResponse answerOf(Problem problem, ProblemWriter problems) {
    return ServerResponse.status(problem.status())
        .headers(headers -> problem.headers().forEach(headers::set))
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problems.bytesOf(problem));
  }

  @Bean
  FilterRegistrationBean<PlainPathFilter> plainPathFilter(ProblemWriter problems) {
    var registration = new FilterRegistrationBean<>(new PlainPathFilter(problems));
    registration.setOrder(PLAIN_PATHS);
    return registration;
  }

  @Bean
  CredentialsOverHttps credentialsOverHttps(GatewaySettings settings) {
    return new CredentialsOverHttps(settings.gateway().requireHttps());
  }

  @Bean
  FilterRegistrationBean<HttpsFilter> httpsFilter(
      CredentialsOverHttps https, OutgoingHeaders outgoing, ProblemWriter problems) {
    var registration = new FilterRegistrationBean<>(new HttpsFilter(https, outgoing, problems));
    registration.setOrder(HTTPS);
    return registration;
  }

  @Bean
  HostEnvironments hostEnvironments(GatewaySettings settings) {
    return new HostEnvironments(settings.gateway().hosts());
  }

  /** A client that adds nothing of its own: no retries, redirects, cookies or decompression. */
  @Bean(destroyMethod = "close")
  CloseableHttpClient upstreamClient(GatewaySettings settings) {
    GatewaySettings.Gateway limits = settings.gateway();
    var connections =
        PoolingHttpClientConnectionManagerBuilder.create()
            .setMaxConnPerRoute(limits.connections())
            .setMaxConnTotal(limits.connections() * Upstream.values().length)
            .setDefaultConnectionConfig(
                ConnectionConfig.custom()
                    .setConnectTimeout(Timeout.of(limits.connectTimeout()))
                    .setSocketTimeout(Timeout.of(limits.readTimeout()))
                    .setValidateAfterInactivity(TimeValue.ofMilliseconds(500))
                    .setTimeToLive(TimeValue.ofMinutes(5))
                    .build())
            .build();
    return HttpClients.custom()
        .setConnectionManager(connections)
        .setDefaultRequestConfig(
            RequestConfig.custom()
                .setConnectionRequestTimeout(Timeout.of(limits.connectTimeout()))
                .setProtocolUpgradeEnabled(false)
                .setResponseTimeout(Timeout.of(limits.readTimeout()))
                .build())
        .disableAutomaticRetries()
        .disableDefaultUserAgent()
        .disableRedirectHandling()
        .disableCookieManagement()
        .disableAuthCaching()
        .disableContentCompression()
        .build();
  }

  @Bean
  ClientHttpRequestFactory upstreamRequests(CloseableHttpClient client) {
    return new HttpComponentsClientHttpRequestFactory(client) {
      // Whether a method that no standard has is taken is the service's to say.
      @Override
      protected ClassicHttpRequest createHttpUriRequest(HttpMethod method, URI uri) {
        return new HttpUriRequestBase(method.name(), uri);
      }
    };
  }
}
