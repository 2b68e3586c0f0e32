package dev.keyledger.kit.web;

import dev.keyledger.client.RequestContext;
import dev.keyledger.client.TrustedProxies;
import dev.keyledger.client.spring.ClientAddresses;
import dev.keyledger.client.spring.KeyledgerClientAutoConfiguration;
import dev.keyledger.client.spring.RequestContexts;
import jakarta.servlet.DispatcherType;
import java.time.Clock;
import java.util.List;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBooleanProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnMissingBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jackson.autoconfigure.JacksonAutoConfiguration;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.boot.webmvc.autoconfigure.DispatcherServletAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.WebMvcAutoConfiguration;
import org.springframework.boot.webmvc.autoconfigure.error.ErrorMvcAutoConfiguration;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.context.ApplicationContext;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;
import tools.jackson.databind.json.JsonMapper;

/**
 * How every service of the platform speaks HTTP: JSON, problem details, request ids, bounded
 * bodies. Switched off by {@code keyledger.web-conventions=false}; each bean gives way to one of
 * the application's own. {@code keyledger.unknown-parameters=ignore} is for a service whose clients
 * rely on that.
 */
@AutoConfiguration(
    before = {
      KeyledgerClientAutoConfiguration.class,
      JacksonAutoConfiguration.class,
      WebMvcAutoConfiguration.class,
      ErrorMvcAutoConfiguration.class
    })
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBooleanProperty(name = "keyledger.web-conventions", matchIfMissing = true)
@EnableConfigurationProperties(WebSettings.class)
public class WebConventionsAutoConfiguration {
  /** Right behind {@link #TRACE}: nothing else sees a body that is too large. */
  static final int BODY = Ordered.HIGHEST_PRECEDENCE + 20;

  /** The access rules' order is 0. */
  private static final int BEHIND_AUTHENTICATION = 10;

  static final int TRACE = Ordered.HIGHEST_PRECEDENCE + 10;

  @Bean
  @ConditionalOnMissingBean
  Clock clock() {
    return Clock.systemUTC();
  }

  @Bean
  @ConditionalOnMissingBean
  JsonConventions jsonConventions() {
    return new JsonConventions();
  }

  @Bean
  @ConditionalOnMissingBean
  ProblemWriter problemWriter(JsonMapper json) {
    return new ProblemWriter(json);
  }

  @Bean
  @ConditionalOnMissingBean
  ProblemAdvice problemAdvice(ProblemWriter problems, GatewayHeaders gateway) {
    return new ProblemAdvice(problems, gateway);
  }

  @Bean
  @ConditionalOnMissingBean(ErrorController.class)
  ProblemErrorController problemErrorController(ProblemWriter problems, PathMethods methods) {
    return new ProblemErrorController(problems, methods);
  }

  @Bean
  @ConditionalOnMissingBean
  PathMethods pathMethods(ApplicationContext context) {
    return new PathMethods(context);
  }

  /** In front of the framework alone: other servlets say themselves which methods they take. */
  @Bean
  FilterRegistrationBean<MethodsFilter> methodsFilter(
      PathMethods methods, ProblemWriter problems, GatewayHeaders gateway) {
    var registration = new FilterRegistrationBean<>(new MethodsFilter(methods, problems, gateway));
    registration.addServletNames(
        DispatcherServletAutoConfiguration.DEFAULT_DISPATCHER_SERVLET_BEAN_NAME);
    return registration;
  }

  @Bean
  @ConditionalOnMissingBean
  TrustedProxies trustedProxies(WebSettings settings) {
    return new TrustedProxies(settings.trustedProxies());
  }

  @Bean
  @ConditionalOnMissingBean
  ClientAddresses clientAddresses(TrustedProxies proxies) {
    return new ClientAddresses(proxies);
  }

  /** What the gateway says of a request decides beside the client's address. */
  @Bean
  @ConditionalOnMissingBean
  RequestContexts requestContexts(ClientAddresses addresses, GatewayHeaders gateway) {
    return request ->
        new RequestContext(
            addresses.of(request), gateway.environmentsOf(request), gateway.dialectOf(request));
  }

  @Bean
  @ConditionalOnMissingBean
  GatewayHeaders gatewayHeaders(TrustedProxies proxies) {
    return new GatewayHeaders(proxies);
  }

  @Bean
  FilterRegistrationBean<RequestTraceFilter> requestTraceFilter() {
    var registration = new FilterRegistrationBean<>(new RequestTraceFilter());
    registration.setOrder(TRACE);
    return registration;
  }

  @Bean
  FilterRegistrationBean<BodyFilter> bodyFilter(WebSettings settings, ProblemWriter problems) {
    var registration =
        new FilterRegistrationBean<>(
            new BodyFilter(Math.toIntExact(settings.maxBodySize().toBytes()), problems));
    registration.setOrder(BODY);
    return registration;
  }

  /** Of the framework's answers; other servlets say themselves when they are done. */
  @Bean
  FilterRegistrationBean<OnePieceFilter> onePieceFilter() {
    var registration = new FilterRegistrationBean<>(new OnePieceFilter());
    registration.addServletNames(
        DispatcherServletAutoConfiguration.DEFAULT_DISPATCHER_SERVLET_BEAN_NAME);
    registration.setDispatcherTypes(DispatcherType.REQUEST, DispatcherType.ERROR);
    registration.setOrder(Ordered.LOWEST_PRECEDENCE);
    return registration;
  }

  @Bean
  @ConditionalOnProperty(
      name = "keyledger.unknown-parameters",
      havingValue = "refuse",
      matchIfMissing = true)
  WebMvcConfigurer declaredParameters(ObjectProvider<ArgumentParameters> ofArguments) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry
            .addInterceptor(new DeclaredParameters(ofArguments.stream().toList()))
            .order(BEHIND_AUTHENTICATION);
      }
    };
  }

  @Bean
  WebMvcConfigurer declaredBodies(JsonMapper json) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry.addInterceptor(new DeclaredBodies(json)).order(BEHIND_AUTHENTICATION);
      }
    };
  }

  @Bean
  WebMvcConfigurer organizationShares(WebSettings settings) {
    return new WebMvcConfigurer() {
      @Override
      public void addInterceptors(InterceptorRegistry registry) {
        registry
            .addInterceptor(new OrganizationShares(settings.organizationRequests()))
            .order(BEHIND_AUTHENTICATION);
      }
    };
  }

  @Bean
  WebMvcConfigurer keyledgerArguments() {
    return new WebMvcConfigurer() {
      @Override
      public void addArgumentResolvers(List<HandlerMethodArgumentResolver> resolvers) {
        resolvers.add(new TraceArgumentResolver());
        resolvers.add(new PreferResolver());
      }
    };
  }
}
