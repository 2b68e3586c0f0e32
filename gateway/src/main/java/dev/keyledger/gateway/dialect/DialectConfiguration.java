package dev.keyledger.gateway.dialect;

import dev.keyledger.gateway.CredentialsOverHttps;
import dev.keyledger.gateway.OutgoingHeaders;
import dev.keyledger.kit.web.WebSettings;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Puts the dialects that there are to work. */
@Configuration(proxyBeanMethods = false)
class DialectConfiguration {
  private static final int MOST_HEADERS = 80;

  /** Behind the trace filter, in front of those that answer with problem details. */
  private static final int DIALECTS = Ordered.HIGHEST_PRECEDENCE + 12;

  @Bean
  FilterRegistrationBean<Dialects> dialects(
      ObjectProvider<Dialect> dialects,
      OutgoingHeaders outgoing,
      CredentialsOverHttps https,
      WebSettings settings) {
    int largestBody = Math.toIntExact(settings.maxBodySize().toBytes());
    var registration =
        new FilterRegistrationBean<>(
            new Dialects(dialects.orderedStream().toList(), outgoing, https, largestBody));
    registration.setOrder(DIALECTS);
    return registration;
  }

  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> unreadableRequests(
      ObjectProvider<Dialect> dialects) {
    return server ->
        server.addContextCustomizers(context ->
            context.getParent().getPipeline().addValve(new UnreadableRequests(dialects)));
  }

  /** Fewer than the services take, so that they can read what the gateway has added to: 400. */
  @Bean
  WebServerFactoryCustomizer<TomcatServletWebServerFactory> fewerHeadersThanServices() {
    return server ->
        server.addConnectorCustomizers(
            connector -> connector.setProperty("maxHeaderCount", Integer.toString(MOST_HEADERS)));
  }
}
