package dev.keyledger.token.identity.mail;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.ServerSetup;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.AtOnce;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.EmailAddress;
import dev.keyledger.token.identity.people.Erasure;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleForMail;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import jakarta.mail.internet.MimeMessage;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/** From the outbox to a real SMTP server, and what is in between. */
@ExtendWith(OutputCaptureExtension.class)
class MailDeliveryTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();
  private static final String TOKEN = "kli_the-secret-of-an-invitation";

  private final MovableClock clock = new MovableClock(Instant.parse("2026-05-28T14:43:58.000Z"));
  private final AccessState state = new AccessState();
  private final SecureRandom random = new SecureRandom();
  private final MailTable table = new MailTable(DATABASE.jdbc(), random);
  private final PeopleForMail forMail = new PeopleForMail(DATABASE, clock, random);
  private final People people = forMail.people();
  private final EmailAddress email = EmailAddress.of("ann-" + UUID.randomUUID() + "@example.com");

  @BeforeEach
  void nothingWaits() {
    DATABASE.jdbc().sql("delete from mail").update();
  }

  private GreenMail smtp;

  @AfterEach
  void stop() {
    if (smtp != null) {
      smtp.stop();
    }
  }

  @Test
  void aServerThatIsDownIsTriedAgainAndGetsTheLetterOnce(CapturedOutput output) throws Exception {
    int port = freePort();
    var worker = worker(smtpAt(port), settings(12));
    put(worker, notice());

    assertThat(worker.sendOne()).isTrue();
    assertThat(worker.sendOne()).as("not before its pause is over").isFalse();
    clock.advance(Duration.ofSeconds(5));
    assertThat(worker.sendOne()).isTrue();
    startSmtp(port);
    clock.advance(Duration.ofSeconds(9));
    assertThat(worker.sendOne()).as("pauses double").isFalse();
    clock.advance(Duration.ofSeconds(1));
    assertThat(worker.sendOne()).isTrue();
    assertThat(worker.sendOne()).isFalse();

    assertThat(smtp.getReceivedMessages()).hasSize(1);
    MimeMessage received = smtp.getReceivedMessages()[0];
    assertThat(received.getAllRecipients())
        .extracting(Object::toString)
        .containsExactly(email.value());
    assertThat(received.getSubject()).isEqualTo("Your password was changed");
    assertThat(table.waiting()).isZero();
    // The server's own log isn't ours.
    assertThat(output.toString().lines().filter(line -> line.contains("MailWorker")))
        .anyMatch(line -> line.contains("try 2 of 12"))
        .noneMatch(line -> line.contains(email.value()));
  }

  @Test
  void aLetterThatIsNeverTakenIsGivenUpAndNothingPersonalIsLogged(CapturedOutput output)
      throws Exception {
    var registry = new SimpleMeterRegistry();
    var worker = worker(smtpAt(freePort()), settings(3));
    worker.bindTo(registry);
    put(worker, withToken());

    for (int i = 0; i < 3; i++) {
      assertThat(registry.get("keyledger.mail.waiting").gauge().value()).isEqualTo(1);
      assertThat(worker.sendOne()).isTrue();
      clock.advance(Duration.ofMinutes(1));
    }

    assertThat(worker.sendOne()).isFalse();
    assertThat(registry.get("keyledger.mail.given_up").counter().count()).isEqualTo(1);
    assertThat(registry.get("keyledger.mail.waiting").gauge().value()).isZero();
    assertThat(output.toString())
        .contains("given up")
        .doesNotContain(email.value())
        .doesNotContain(TOKEN);
  }

  @Test
  void aLetterThatIsOfNoUseAnyMoreIsNotSent() throws Exception {
    var sent = new AtomicInteger();
    var worker = worker(message -> sent.incrementAndGet(), settings(12));
    put(worker, notice());
    clock.advance(Duration.ofDays(1));

    assertThat(worker.sendOne()).isTrue();
    assertThat(worker.sendOne()).isFalse();
    assertThat(sent).hasValue(0);
  }

  @Test
  void neitherAddressNorTokenCanBeReadInTheDatabase() {
    put(worker(message -> {}, settings(12)), withToken());

    List<String> stored = DATABASE.everything();
    for (String secret : List.of(email.value(), TOKEN)) {
      String hex = HexFormat.of().formatHex(secret.getBytes(UTF_8));
      assertThat(stored).noneMatch(row -> row.contains(secret) || row.contains(hex));
    }
    assertThat(table.waiting()).isEqualTo(1);
  }

  @Test
  void whoIsErasedGetsNoLetter() {
    var sent = new AtomicInteger();
    var worker = worker(message -> sent.incrementAndGet(), settings(12));
    HeldPerson person = put(worker, notice());

    assertThat(erasure().erase(person.id())).isTrue();

    assertThat(table.waiting()).isZero();
    assertThat(worker.sendOne()).isFalse();
    assertThat(sent).hasValue(0);
  }

  @Test
  void nothingWaitsForALetterThatIsBeingHandedOver() throws Exception {
    var handing = new CountDownLatch(1);
    var goOn = new CountDownLatch(1);
    var worker =
        worker(
            message -> {
              handing.countDown();
              await(goOn);
            },
            settings(12));
    MemberId member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    HeldPerson person = put(worker, notice());
    var sending = CompletableFuture.supplyAsync(worker::sendOne, Thread::startVirtualThread);
    handing.await();

    try {
      within20Seconds(() -> {
        HeldPerson held = people.hold(person.id()).orElseThrow();
        new Mail(table, people, settings(12), worker).takeBack(person.id(), member);
        var other = EmailAddress.of("other-" + UUID.randomUUID() + "@example.com");
        assertThat(people.changeAddress(held, other, clock.instant())).isTrue();
      });
      within20Seconds(() -> assertThat(erasure().erase(person.id())).isTrue());
    } finally {
      goOn.countDown();
    }
    assertThat(sending.join()).isTrue();
    assertThat(table.waiting()).isZero();
  }

  private static void within20Seconds(Runnable work) throws Exception {
    CompletableFuture.runAsync(
            () -> DATABASE.transactions().executeWithoutResult(status -> work.run()),
            Thread::startVirtualThread)
        .get(20, TimeUnit.SECONDS);
  }

  @Test
  void aLetterOfAReplicaThatDiedIsTakenByAnotherLater() {
    var sent = new AtomicInteger();
    var worker = worker(message -> sent.incrementAndGet(), settings(12));
    put(worker, notice());
    assertThat(table.takeDue(clock.instant(), clock.instant().plus(Duration.ofMinutes(2))))
        .isPresent();

    assertThat(worker.sendOne()).isFalse();
    clock.advance(Duration.ofMinutes(2));
    assertThat(worker.sendOne()).isTrue();
    assertThat(sent).hasValue(1);
    assertThat(table.waiting()).isZero();
  }

  @Test
  void ofSeveralReplicasOneSendsALetter() throws Exception {
    var sent = new AtomicInteger();
    var worker = worker(message -> sent.incrementAndGet(), settings(12));
    for (int i = 0; i < 20; i++) {
      put(worker, notice());
    }
    AtOnce.run(
        4,
        () -> {
          var another = worker(message -> sent.incrementAndGet(), settings(12));
          int own = 0;
          while (another.sendOne()) {
            own++;
          }
          return own;
        });
    while (worker.sendOne()) {
      // What another held when a replica looked is left to the next look.
    }
    assertThat(sent).hasValue(20);
  }

  @Test
  void anInvitationGoesOnceItsMembershipIsThereAndNeverWhereItWasRemoved() {
    var sent = new AtomicInteger();
    var worker = worker(message -> sent.incrementAndGet(), settings(12));
    OrganizationId organization = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId removed = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    MemberId never = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    HeldPerson person = put(worker, invitation(member));
    put(worker, invitation(removed));
    put(worker, invitation(never));

    assertThat(sendAll(worker)).isEqualTo(3);
    assertThat(sent).hasValue(0);
    state.apply(new MemberAccess(organization, 0, member, person.id(), Role.OWNER, false));
    state.apply(new MemberAccess(organization, 1, removed, person.id(), Role.OWNER, true));
    clock.advance(Duration.ofSeconds(1));
    sendAll(worker);
    assertThat(sent).hasValue(1);
    assertThat(table.waiting()).isEqualTo(1);
    clock.advance(Duration.ofMinutes(11));
    sendAll(worker);
    assertThat(sent).hasValue(1);
    assertThat(table.waiting()).isZero();
  }

  @Test
  void oneMailboxIsNotFilledByWhoeverInvites() {
    var sent = new AtomicInteger();
    var worker = worker(message -> sent.incrementAndGet(), settings(12));
    for (int i = 0; i < 8; i++) {
      put(worker, withToken());
    }
    put(worker, notice());

    sendAll(worker);
    assertThat(sent).as("five invitations and what has no bound").hasValue(6);
    clock.advance(Duration.ofHours(1));
    sendAll(worker);
    assertThat(sent).hasValue(9);
  }

  @Test
  void aFolderTakesLettersThatOnlyItsOwnerMayRead(@TempDir Path temporary) throws Exception {
    Path folder = temporary.resolve("mail");
    var worker = worker(new MailFolder(folder), settings(12));
    put(worker, notice());
    put(worker, withToken());
    sendAll(worker);

    try (Stream<Path> files = Files.list(folder)) {
      List<Path> written = files.toList();
      assertThat(written).hasSize(2).allMatch(file -> file.toString().endsWith(".eml"));
      for (Path file : written) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .isEqualTo("rw-------");
      }
      // Letters of one millisecond have no order.
      assertThat(written)
          .extracting(Files::readString)
          .anyMatch(letter -> letter.contains("Your password was changed"))
          .anyMatch(letter -> letter.contains(TOKEN));
    }
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder)))
        .isEqualTo("rwx------");
  }

  private int sendAll(MailWorker worker) {
    int looked = 0;
    while (worker.sendOne()) {
      looked++;
    }
    return looked;
  }

  private MailWorker worker(MailTransport transport, MailSettings settings) {
    return new MailWorker(
        table,
        people,
        forMail.rates(),
        state,
        settings,
        new MailWords("keyledger@example.com", URI.create("https://app.example.com")),
        transport,
        DATABASE.transactions(),
        clock);
  }

  private HeldPerson put(MailWorker worker, Letter letter) {
    var mail = new Mail(table, people, settings(12), worker);
    return DATABASE
        .transactions()
        .execute(status -> {
          HeldPerson person = people.findOrCreate(email, clock.instant());
          mail.put(person, letter, clock.instant());
          return person;
        });
  }

  private Erasure erasure() {
    return forMail.erasure(List.of(new WhenErasedThenMailGoes(table)));
  }

  private Letter notice() {
    return Letter.notice(
        Letter.Kind.PASSWORD_CHANGED, email, clock.instant().plus(Duration.ofHours(23)));
  }

  private Letter withToken() {
    return Letter.withToken(
        Letter.Kind.INVITATION,
        email,
        new SecretText(TOKEN),
        clock.instant().plus(Duration.ofHours(23)));
  }

  private Letter invitation(MemberId member) {
    return new Letter(
        Letter.Kind.INVITATION,
        email,
        new SecretText(TOKEN),
        "acme",
        member,
        clock.instant().plus(Duration.ofHours(23)));
  }

  private static MailSettings settings(int tries) {
    return new MailSettings(
        MailSettings.Transport.SMTP,
        "keyledger@example.com",
        URI.create("https://app.example.com"),
        null,
        tries,
        Duration.ofSeconds(5),
        Duration.ofHours(1),
        5,
        30,
        Duration.ofHours(1));
  }

  private static MailTransport smtpAt(int port) {
    var sender = new JavaMailSenderImpl();
    sender.setHost("127.0.0.1");
    sender.setPort(port);
    sender.getJavaMailProperties().put("mail.smtp.connectiontimeout", "5000");
    sender.getJavaMailProperties().put("mail.smtp.timeout", "5000");
    return sender::send;
  }

  private void startSmtp(int port) {
    smtp = new GreenMail(new ServerSetup(port, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    smtp.start();
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new MailSendException("interrupted");
    }
  }
}
