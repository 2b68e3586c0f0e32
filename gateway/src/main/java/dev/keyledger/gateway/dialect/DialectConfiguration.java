package dev.keyledger.gateway.dialect;

import dev.keyledger.gateway.Admission;
import dev.keyledger.gateway.OutgoingHeaders;
import dev.keyledger.gateway.OwnedPaths;
import dev.keyledger.kit.web.WebSettings;
import dev.keyledger.kit.web.bounds.RefusalForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.web.servlet.FilterRegistrationBean;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.core.Ordered;

/** Puts the dialects that there are to work. */
@Configuration(proxyBeanMethods = false)
class DialectConfiguration {
  /** Behind the trace filter, in front of those that answer with problem details. */
  private static final int DIALECTS = Ordered.HIGHEST_PRECEDENCE + 12;

  @Bean
  FilterRegistrationBean<Dialects> dialects(
      ObjectProvider<Dialect> dialects,
      Canonical canonical,
      OutgoingHeaders outgoing,
      Admission admission,
      WebSettings settings) {
    int largestBody = Math.toIntExact(settings.maxBodySize().toBytes());
    var registration =
        new FilterRegistrationBean<>(
            new Dialects(
                dialects.orderedStream().toList(), canonical, outgoing, admission, largestBody));
    registration.setOrder(DIALECTS);
    return registration;
  }

  /** What the server refuses before any filter sees it, in the words of whose path it is. */
  @Bean
  RefusalForm refusalForm(ObjectProvider<Dialect> dialects) {
    return (path, problem) -> {
      Answer answer =
          Dialects.ownerOf(path, dialects.orderedStream())
              .map(dialect -> dialect.refusal(problem))
              .orElseGet(() -> Answer.problem(problem));
      Map<String, List<String>> headers = new LinkedHashMap<>();
      answer.headers().forEach((name, values) -> headers.put(name, List.copyOf(values)));
      return new RefusalForm.Refusal(answer.status(), headers, answer.body());
    };
  }

  @Bean
  OwnedPaths ownedPaths(ObjectProvider<Dialect> dialects) {
    return path -> Dialects.ownerOf(path, dialects.orderedStream()).isPresent();
  }
}
