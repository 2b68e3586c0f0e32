package dev.keyledger.kit.web.bounds;

import dev.keyledger.client.TrustedProxies;
import dev.keyledger.kit.web.ProblemWriter;
import dev.keyledger.kit.web.WebConventionsAutoConfiguration;
import dev.keyledger.kit.web.WebSettings;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.UriCompliance;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.thread.QueuedThreadPool;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jetty.ConfigurableJettyWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** Builds the bounds of a service's server, where that is Jetty. */
@AutoConfiguration(after = WebConventionsAutoConfiguration.class)
@ConditionalOnClass({Server.class, ConfigurableJettyWebServerFactory.class})
@EnableConfigurationProperties(ServerBounds.class)
public class ServerBoundsAutoConfiguration {
  private static final int PLATFORM_THREADS = 32;

  /** Until they are accepted, which takes no time but that of a processor. */
  private static final int MOST_WAITING_CONNECTIONS = 4096;

  /** Problem details, where nobody has a form of their own. */
  @Bean
  @ConditionalOnMissingBean
  RefusalForm refusalForm(ProblemWriter problems) {
    return (path, problem) -> {
      Map<String, List<String>> headers = new LinkedHashMap<>();
      problem.headers().forEach((name, value) -> headers.put(name, List.of(value)));
      headers.put("Content-Type", List.of("application/problem+json"));
      headers.put("Cache-Control", List.of("no-store"));
      return new RefusalForm.Refusal(
          problem.status(), Map.copyOf(headers), problems.bytesOf(problem));
    };
  }

  @Bean
  JettyBounds jettyBounds(
      ServerBounds bounds,
      WebSettings settings,
      TrustedProxies proxies,
      RefusalForm form,
      ObjectProvider<AsyncHandler> handlers) {
    return new JettyBounds(bounds, settings, proxies, form, handlers);
  }

  /** The one that builds a server's bounds. */
  static final class JettyBounds
      implements WebServerFactoryCustomizer<ConfigurableJettyWebServerFactory>, Ordered {
    private final ServerBounds bounds;
    private final WebSettings settings;
    private final TrustedProxies proxies;
    private final RefusalForm form;
    private final ObjectProvider<AsyncHandler> handlers;

    JettyBounds(
        ServerBounds bounds,
        WebSettings settings,
        TrustedProxies proxies,
        RefusalForm form,
        ObjectProvider<AsyncHandler> handlers) {
      this.bounds = bounds;
      this.settings = settings;
      this.proxies = proxies;
      this.form = form;
      this.handlers = handlers;
    }

    /** Behind those of the framework, one of which puts another pool in the place of ours. */
    @Override
    public int getOrder() {
      return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(ConfigurableJettyWebServerFactory factory) {
      var threads = new QueuedThreadPool(PLATFORM_THREADS);
      threads.setName("jetty");
      threads.setVirtualThreadsExecutor(
          Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("request-", 0).factory()));
      factory.setThreadPool(threads);
      factory.addServerCustomizers(this::bound);
    }

    private void bound(Server server) {
      long heap = Runtime.getRuntime().maxMemory();
      for (Connector connector : server.getConnectors()) {
        // TLS ends in front of us, so there is one way of speaking.
        HttpConfiguration http =
            connector.getConnectionFactory(HttpConnectionFactory.class).getHttpConfiguration();
        configure(http);
        ((ServerConnector) connector).setConnectionFactories(List.of(new ClientConnections(http)));
        ((ServerConnector) connector).setAcceptQueueSize(MOST_WAITING_CONNECTIONS);
        connector.addBean(
            new ConnectionBounds(
                bounds.connectionsIn(heap),
                bounds.headDeadline(),
                proxies,
                System::nanoTime,
                connector.getScheduler()));
      }
      var outermost =
          new BoundsHandler(
              bounds,
              new FairShare<>(bounds.bodyBytesIn(heap)),
              Math.toIntExact(settings.maxBodySize().toBytes()),
              proxies,
              form);
      var virtual =
          new VirtualThreadHandler(
              ((QueuedThreadPool) server.getThreadPool()).getVirtualThreadsExecutor(),
              new FairTurns(
                  bounds.requests(),
                  bounds.requests(),
                  bounds.maxWait(),
                  server.getConnectors()[0].getScheduler()),
              outermost);
      virtual.setHandler(server.getHandler());
      AsyncHandler own = handlers.getIfAvailable();
      outermost.setHandler(own == null ? virtual : own.inFrontOf(virtual, outermost));
      server.setHandler(outermost);
      server.setErrorHandler(new ServerErrors(form));
      server.setDynamic(false);
    }

    // Which paths two readers could take for different ones is told by our own filter.
    private static void configure(HttpConfiguration configuration) {
      configuration.setSendServerVersion(false);
      configuration.setHttpCompliance(HttpCompliance.RFC9110);
      configuration.setUriCompliance(UriCompliance.DEFAULT);
    }
  }
}
