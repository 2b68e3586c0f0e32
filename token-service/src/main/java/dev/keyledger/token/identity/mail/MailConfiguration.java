package dev.keyledger.token.identity.mail;

import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Rates;
import java.time.Clock;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.transaction.support.TransactionOperations;

@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(MailSettings.class)
class MailConfiguration {
  @Bean
  MailWorker mailWorker(
      MailTable table,
      People people,
      Rates rates,
      AccessState state,
      MailSettings settings,
      ObjectProvider<JavaMailSender> smtp,
      TransactionOperations transactions,
      Clock clock) {
    return new MailWorker(
        table,
        people,
        rates,
        state,
        settings,
        wordsOf(settings),
        transportOf(settings, smtp),
        transactions,
        clock);
  }

  private static @Nullable MailWords wordsOf(MailSettings settings) {
    return settings.transport() == MailSettings.Transport.NONE
        ? null
        : new MailWords(
            Objects.requireNonNull(settings.from()), Objects.requireNonNull(settings.baseUrl()));
  }

  private static @Nullable MailTransport transportOf(
      MailSettings settings, ObjectProvider<JavaMailSender> smtp) {
    return switch (settings.transport()) {
      case NONE -> null;
      case FOLDER -> new MailFolder(Objects.requireNonNull(settings.folder()));
      case SMTP -> {
        JavaMailSender sender = smtp.getIfAvailable();
        if (sender == null) {
          throw new IllegalStateException(
              "keyledger.mail.transport=smtp asks for spring.mail.host");
        }
        yield sender::send;
      }
    };
  }
}
