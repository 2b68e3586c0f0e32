package dev.keyledger.token.identity.mail;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;

class DemonstrationMailTest {
  private final ApplicationContextRunner service =
      new ApplicationContextRunner()
          .withUserConfiguration(Page.class)
          .withPropertyValues(
              "keyledger.mail.from=keyledger@example.com",
              "keyledger.mail.base-url=https://app.example.com",
              "keyledger.mail.folder=target/mail");

  @Configuration(proxyBeanMethods = false)
  @EnableConfigurationProperties(MailSettings.class)
  @Import(DemonstrationMailController.class)
  static class Page {}

  @Test
  void aDemonstrationThatMailsIntoAFolderHasThePage() {
    service
        .withPropertyValues("keyledger.demonstration=true", "keyledger.mail.transport=folder")
        .run(context -> assertThat(context).hasSingleBean(DemonstrationMailController.class));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "keyledger.mail.transport=folder",
        "keyledger.mail.transport=folder keyledger.demonstration=false",
        "keyledger.mail.transport=smtp keyledger.demonstration=true",
        "keyledger.demonstration=true",
      })
  void nothingElseHasIt(String settings) {
    service
        .withPropertyValues(settings.split(" "))
        .run(context ->
            assertThat(context).hasNotFailed().doesNotHaveBean(DemonstrationMailController.class));
  }
}
