package dev.keyledger.token.identity.mail;

import static org.assertj.core.api.Assertions.assertThat;

import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleForMail;
import dev.keyledger.token.identity.people.Rates;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.boot.autoconfigure.AutoConfigurations;
import org.springframework.boot.mail.autoconfigure.MailSenderAutoConfiguration;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;
import org.springframework.transaction.support.TransactionOperations;

/** What settings make of it. */
class MailConfigurationTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();

  private final MovableClock clock = new MovableClock(Instant.parse("2026-05-28T14:43:58.000Z"));
  private final SecureRandom random = new SecureRandom();
  private final PeopleForMail forMail = new PeopleForMail(DATABASE, clock, random);

  private final ApplicationContextRunner service =
      new ApplicationContextRunner()
          .withConfiguration(AutoConfigurations.of(MailSenderAutoConfiguration.class))
          .withUserConfiguration(MailConfiguration.class)
          .withBean(MailTable.class, () -> new MailTable(DATABASE.jdbc(), random))
          .withBean(People.class, forMail::people)
          .withBean(Rates.class, forMail::rates)
          .withBean(AccessState.class, AccessState::new)
          .withBean(TransactionOperations.class, DATABASE::transactions)
          .withBean(Clock.class, () -> clock)
          .withBean(Mail.class);

  @Test
  void byDefaultThereIsNoMailAndNothingIsPut() {
    service.run(context -> {
      put(context.getBean(Mail.class));
      assertThat(context.getBean(Mail.class).isSetUp()).isFalse();
      assertThat(context.getBean(MailTable.class).waiting()).isZero();
    });
  }

  @Test
  void aLetterGoesToTheServerThatSettingsName() {
    var smtp = new GreenMail(ServerSetup.SMTP.dynamicPort());
    smtp.start();
    try {
      service
          .withPropertyValues(
              "keyledger.mail.transport=smtp",
              "keyledger.mail.from=keyledger@example.com",
              "keyledger.mail.base-url=https://app.example.com",
              "spring.mail.host=127.0.0.1",
              "spring.mail.port=" + smtp.getSmtp().getPort())
          .run(context -> {
            put(context.getBean(Mail.class));
            assertThat(smtp.waitForIncomingEmail(20_000, 1)).isTrue();
            assertThat(smtp.getReceivedMessages()[0].getSubject())
                .isEqualTo("Your password was changed");
          });
    } finally {
      smtp.stop();
    }
  }

  @Test
  void withoutWhatATransportNeedsTheServiceDoesNotStart() {
    service
        .withPropertyValues("keyledger.mail.transport=smtp")
        .run(context -> assertThat(context).getFailure().hasRootCauseMessage(MISSING));
    service
        .withPropertyValues(
            "keyledger.mail.transport=smtp",
            "keyledger.mail.from=keyledger@example.com",
            "keyledger.mail.base-url=https://app.example.com")
        .run(context ->
            assertThat(context)
                .getFailure()
                .hasRootCauseMessage("keyledger.mail.transport=smtp asks for spring.mail.host"));
    service
        .withPropertyValues(
            "keyledger.mail.transport=folder",
            "keyledger.mail.folder=target/mail",
            "keyledger.mail.from=a@example.com\nBcc: b@example.com",
            "keyledger.mail.base-url=https://app.example.com")
        .run(context -> assertThat(context).hasFailed());
  }

  private static final String MISSING =
      "keyledger.mail: with a transport, from and base-url have to be set";

  private void put(Mail mail) {
    DATABASE
        .transactions()
        .executeWithoutResult(status -> {
          Instant at = clock.instant();
          EmailAddress email = EmailAddress.of("ann@example.com");
          mail.put(
              forMail.people().findOrCreate(email, at),
              Letter.notice(Letter.Kind.PASSWORD_CHANGED, email, at.plus(Duration.ofDays(1))),
              at);
        });
  }
}
