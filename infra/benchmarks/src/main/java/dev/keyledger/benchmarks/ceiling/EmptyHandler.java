package dev.keyledger.benchmarks.ceiling;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * An empty handler on token-service's own server: reads the body and answers the same few bytes,
 * before any filter of the service.
 */
@Configuration(proxyBeanMethods = false)
public class EmptyHandler {
  public static final String PATH = "/benchmark/empty";

  private static final byte[] BYTES = BareNetty.BODY.getBytes(StandardCharsets.US_ASCII);

  @Bean
  FilterRegistrationBean<Filter> emptyHandler() {
    var registration =
        new FilterRegistrationBean<Filter>((request, response, chain) ->
            answer((HttpServletRequest) request, (HttpServletResponse) response));
    registration.setName("emptyHandler");
    registration.addUrlPatterns(PATH);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }

  private static void answer(HttpServletRequest request, HttpServletResponse response)
      throws IOException, ServletException {
    request.getInputStream().readAllBytes();
    response.setStatus(HttpServletResponse.SC_OK);
    response.setContentType("application/json");
    response.setContentLength(BYTES.length);
    response.getOutputStream().write(BYTES);
  }
}
