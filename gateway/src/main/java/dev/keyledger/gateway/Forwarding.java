package dev.keyledger.gateway;

import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.kit.web.bounds.AsyncHandler;
import dev.keyledger.kit.web.bounds.ServerBounds;
import java.net.URI;
import java.time.Duration;
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
import org.eclipse.jetty.client.DuplexConnectionPool;
import org.eclipse.jetty.client.HttpClient;
import org.eclipse.jetty.client.Origin;
import org.eclipse.jetty.client.transport.HttpClientTransportOverHTTP;
import org.eclipse.jetty.http.HttpCookieStore;
import org.eclipse.jetty.io.ClientConnector;
import org.eclipse.jetty.util.URIUtil;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;
import org.springframework.http.HttpMethod;
import org.springframework.http.client.ClientHttpRequestFactory;
import org.springframework.http.client.HttpComponentsClientHttpRequestFactory;

/** Puts the routing table to work. */
@Configuration(proxyBeanMethods = false)
class Forwarding {
  /** Behind the dialects, which say it in their own form. */
  private static final int ADMISSION = Ordered.HIGHEST_PRECEDENCE + 14;

  private static final int CLIENT_THREADS = 32;

  /** After which the services close a connection, or may: theirs is twenty seconds. */
  private static final Duration UNUSED = Duration.ofSeconds(10);

  /** Of an answer, in bytes. */
  private static final int LARGEST_HEAD = 32 * 1024;

  /** Of a request, in bytes: as services read it. It has what was read here and what is added. */
  private static final int LARGEST_REQUEST_HEAD = 16 * 1024;

  /** Behind the trace filter and in front of everything that reads a path. */
  private static final int PLAIN_PATHS = Ordered.HIGHEST_PRECEDENCE + 15;

  @Bean
  AsyncHandler forwardingHandler(
      GatewaySettings settings,
      OutgoingHeaders outgoing,
      Admission admission,
      OwnedPaths owned,
      HttpClient forwardingClient,
      ServerBounds bounds) {
    return (rest, passed) -> {
      var handler =
          new ForwardingHandler(
              settings, outgoing, admission, owned, forwardingClient, passed, bounds.maxWait());
      handler.setHandler(rest);
      return handler;
    };
  }

  /** A client that adds nothing of its own and understands nothing of what it hands on. */
  @Bean(initMethod = "start", destroyMethod = "stop")
  HttpClient forwardingClient(GatewaySettings settings) {
    GatewaySettings.Gateway limits = settings.gateway();
    var connector = new ClientConnector();
    connector.setSelectors(1);
    var transport = new HttpClientTransportOverHTTP(connector);
    transport.setConnectionPoolFactory(destination ->
        new DuplexConnectionPool(
            destination,
            isOf(settings.urlOf(Upstream.DELIVERY), destination.getOrigin())
                ? limits.connectionsTo(Upstream.DELIVERY)
                : limits.connections()));
    var client =
        new HttpClient(transport) {
          @Override
          protected void doStart() throws Exception {
            super.doStart();
            getContentDecoderFactories().clear();
            getProtocolHandlers().clear();
          }
        };
    var threads = new QueuedThreadPool(CLIENT_THREADS);
    threads.setName("upstream");
    client.setExecutor(threads);
    client.setConnectTimeout(limits.connectTimeout().toMillis());
    client.setIdleTimeout(UNUSED.toMillis());
    client.setMaxRequestsQueuedPerDestination(limits.connectionsTo(Upstream.DELIVERY));
    client.setFollowRedirects(false);
    client.setUserAgentField(null);
    client.setDefaultRequestContentType(null);
    client.setHttpCookieStore(new HttpCookieStore.Empty());
    client.setMaxResponseHeadersSize(LARGEST_HEAD);
    client.setMaxRequestHeadersSize(LARGEST_REQUEST_HEAD);
    return client;
  }

  private static boolean isOf(URI service, Origin origin) {
    Origin own = new Origin(service.getScheme(), service.getHost(), portOf(service));
    return own.getAddress().equals(origin.getAddress());
  }

  private static int portOf(URI service) {
    return service.getPort() >= 0
        ? service.getPort()
        : URIUtil.getDefaultPortForScheme(service.getScheme());
  }

  @Bean
  FilterRegistrationBean<PlainPathFilter> plainPathFilter(ProblemWriter problems) {
    var registration = new FilterRegistrationBean<>(new PlainPathFilter(problems));
    registration.setOrder(PLAIN_PATHS);
    return registration;
  }

  @Bean
  Admission admission(GatewaySettings settings, HostEnvironments hosts) {
    GatewaySettings.Gateway rules = settings.gateway();
    if (rules.requireListedHost() && rules.hosts().isEmpty()) {
      throw new IllegalStateException(
          "keyledger.gateway.require-listed-host is on, and keyledger.gateway.hosts lists none");
    }
    return new Admission(
        rules.requireListedHost() ? Optional.of(hosts) : Optional.empty(),
        new CredentialsOverHttps(rules.requireHttps()));
  }

  @Bean
  FilterRegistrationBean<AdmissionFilter> admissionFilter(
      Admission admission, OutgoingHeaders outgoing, ProblemWriter problems) {
    var registration =
        new FilterRegistrationBean<>(new AdmissionFilter(admission, outgoing, problems));
    registration.setOrder(ADMISSION);
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
