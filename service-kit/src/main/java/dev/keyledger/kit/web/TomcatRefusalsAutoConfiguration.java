package dev.keyledger.kit.web;

import org.apache.catalina.startup.Tomcat;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnBean;
import org.springframework.boot.autoconfigure.condition.ConditionalOnClass;
import org.springframework.boot.autoconfigure.condition.ConditionalOnWebApplication;
import org.springframework.boot.tomcat.servlet.TomcatServletWebServerFactory;
import org.springframework.boot.web.server.WebServerFactoryCustomizer;
import org.springframework.context.annotation.Bean;
import org.springframework.core.Ordered;

/** Has Tomcat, where that is the server, refuse in our words. */
@AutoConfiguration(after = WebConventionsAutoConfiguration.class)
@ConditionalOnClass({Tomcat.class, TomcatServletWebServerFactory.class})
@ConditionalOnWebApplication(type = ConditionalOnWebApplication.Type.SERVLET)
@ConditionalOnBean(ProblemWriter.class)
public class TomcatRefusalsAutoConfiguration {
  @Bean
  TomcatRefusals tomcatRefusals(ProblemWriter problems) {
    return new TomcatRefusals(problems);
  }

  /** The one that adds them. */
  static final class TomcatRefusals
      implements WebServerFactoryCustomizer<TomcatServletWebServerFactory>, Ordered {
    private final ProblemWriter problems;

    TomcatRefusals(ProblemWriter problems) {
      this.problems = problems;
    }

    /** Behind the framework's: of two that report the one that was added later is asked first. */
    @Override
    public int getOrder() {
      return Ordered.LOWEST_PRECEDENCE;
    }

    @Override
    public void customize(TomcatServletWebServerFactory factory) {
      factory.addContextCustomizers(
          context -> context.getParent().getPipeline().addValve(new UnreadRequestValve(problems)));
    }
  }
}
