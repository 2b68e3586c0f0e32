package dev.keyledger.subscriber.starter;

import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/** Puts the access rules before every handler. */
final class AccessConfigurer implements WebMvcConfigurer {
  private final AccessInterceptor interceptor;

  AccessConfigurer(AccessInterceptor interceptor) {
    this.interceptor = interceptor;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(interceptor).order(0);
  }
}
