package dev.keyledger.query.views;

import dev.keyledger.query.versions.ViewLag;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Duration;
import java.util.Locale;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerInterceptor;
import org.springframework.web.servlet.config.annotation.InterceptorRegistry;
import org.springframework.web.servlet.config.annotation.WebMvcConfigurer;

/**
 * Has every read of the views say how old they may be, in seconds: whatever was published before
 * that is in the answer. The lag is taken when the read begins, so it is no less than that.
 */
@Component
final class LagHeader implements HandlerInterceptor, WebMvcConfigurer {
  static final String HEADER = "Keyledger-Lag";

  private final ViewLag lag;

  LagHeader(ViewLag lag) {
    this.lag = lag;
  }

  @Override
  public void addInterceptors(InterceptorRegistry registry) {
    registry.addInterceptor(this);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod method && readsViews(method.getBeanType())) {
      response.setHeader(HEADER, lag.now().map(LagHeader::seconds).orElse("unknown"));
    }
    return true;
  }

  // What the operator does about the views is no read of them.
  private static boolean readsViews(Class<?> controller) {
    String name = controller.getPackageName();
    return name.startsWith("dev.keyledger.query.") && !name.endsWith(".operator");
  }

  private static String seconds(Duration lag) {
    return String.format(Locale.ROOT, "%.3f", lag.toMillis() / 1_000.0);
  }
}
