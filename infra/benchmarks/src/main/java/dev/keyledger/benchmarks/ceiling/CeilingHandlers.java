package dev.keyledger.benchmarks.ceiling;

import jakarta.servlet.Filter;
import jakarta.servlet.ServletRequest;
import jakarta.servlet.ServletResponse;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/**
 * Handlers on token-service's own server that stand before any filter of the service. The empty one
 * reads the body and answers as many bytes as a verification does, always the same; the signing one
 * makes a bare signature besides.
 */
@Configuration(proxyBeanMethods = false)
public class CeilingHandlers {
  public static final String EMPTY = "/benchmark/empty";
  public static final String SIGNING = "/benchmark/signing";

  private static final byte[] BYTES = BareNetty.BODY.getBytes(StandardCharsets.US_ASCII);

  @Bean
  FilterRegistrationBean<Filter> emptyHandler() {
    return first("emptyHandler", EMPTY, (request, response, chain) -> answer(request, response));
  }

  @Bean
  FilterRegistrationBean<Filter> signingHandler() {
    var signing = new BareSigning(new SecureRandom(), System::nanoTime);
    return first(
        "signingHandler",
        SIGNING,
        (request, response, chain) -> {
          if (signing.sign().length == 64) {
            answer(request, response);
          }
        });
  }

  private static void answer(ServletRequest request, ServletResponse response) throws IOException {
    // As the service does: reading to the end would fill an array of sixteen kilobytes first.
    request
        .getInputStream()
        .readNBytes(new byte[request.getContentLength()], 0, request.getContentLength());
    var answer = (HttpServletResponse) response;
    answer.setStatus(HttpServletResponse.SC_OK);
    answer.setContentType("application/json");
    answer.setContentLength(BYTES.length);
    answer.getOutputStream().write(BYTES);
  }

  /** A filter that never passes a request on. */
  public static FilterRegistrationBean<Filter> first(String name, String path, Filter filter) {
    var registration = new FilterRegistrationBean<>(filter);
    registration.setName(name);
    registration.addUrlPatterns(path);
    registration.setOrder(Ordered.HIGHEST_PRECEDENCE);
    return registration;
  }
}
