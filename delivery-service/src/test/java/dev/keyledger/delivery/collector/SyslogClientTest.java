package dev.keyledger.delivery.collector;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.delivery.collector.SyslogReceiver.End;
import dev.keyledger.delivery.sending.Answer;
import dev.keyledger.delivery.sending.Answer.Failure;
import dev.keyledger.events.subscription.SyslogPlace;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import javax.net.ssl.SSLContext;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real sockets: when a batch counts as taken, and by whom. */
@Timeout(60)
class SyslogClientTest {
  private static final TestCertificate KNOWN = new TestCertificate("dns:logs.example");
  private static final TestCertificate UNKNOWN = new TestCertificate("dns:logs.example");
  private static final byte[] FRAMES = "5 <13>15 <14>2".getBytes(StandardCharsets.US_ASCII);

  private static Answer send(
      SyslogReceiver receiver, String host, @Nullable String ca, Duration within) {
    return send(host, receiver.port(), ca, within);
  }

  private static Answer send(String host, int port, @Nullable String ca, Duration within) {
    try (var client =
        new SyslogClient(
            name -> new InetAddress[] {InetAddress.getLoopbackAddress()},
            SSLContext.getDefault(),
            within)) {
      return client.send(new SyslogPlace(host, port), ca, FRAMES);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"TLSv1.3", "TLSv1.2"})
  void whatAReceiverHasReadToTheEndIsTaken(String protocol) {
    try (var receiver = new SyslogReceiver(KNOWN, protocol)) {
      Answer answer = send(receiver, "logs.example", KNOWN.pem(), Duration.ofSeconds(20));

      assertThat(answer.isDelivered()).as(answer.toString()).isTrue();
      assertThat(receiver.messages).containsExactly("<13>1", "<14>2");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"BY_RESET", "AT_ONCE"})
  void whatAReceiverBreaksOffIsNotTakenThoughItBeWritten(String end) {
    try (var receiver = new SyslogReceiver(KNOWN)) {
      receiver.ends(End.valueOf(end));

      Answer answer = send(receiver, "logs.example", KNOWN.pem(), Duration.ofSeconds(20));

      assertThat(answer).isInstanceOf(Answer.None.class);
    }
  }

  @Test
  void aReceiverThatNeverSaysThatItHasReadAllHasSoLongAndNoLonger() {
    try (var receiver = new SyslogReceiver(KNOWN)) {
      receiver.ends(End.NEVER);

      Answer answer = send(receiver, "logs.example", KNOWN.pem(), Duration.ofSeconds(2));

      assertThat(answer).isEqualTo(new Answer.None(Failure.TIMEOUT));
      assertThat(receiver.messages).hasSize(2);
    }
  }

  @Test
  void whoeverDoesNotSpeakTlsHasSoLongToo() throws Exception {
    try (var silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      Answer answer =
          send("logs.example", silent.getLocalPort(), KNOWN.pem(), Duration.ofSeconds(1));

      assertThat(answer).isEqualTo(new Answer.None(Failure.TIMEOUT));
    }
  }

  @Test
  void aReceiverOfAnotherNameIsSentNothing() {
    try (var receiver = new SyslogReceiver(KNOWN)) {
      Answer answer = send(receiver, "other.example", KNOWN.pem(), Duration.ofSeconds(20));

      assertThat(answer).isEqualTo(new Answer.None(Failure.TLS_FAILED));
      assertThat(receiver.messages).isEmpty();
    }
  }

  @Test
  void aReceiverForWhomNobodyVouchesIsSentNothing() {
    try (var receiver = new SyslogReceiver(UNKNOWN)) {
      assertThat(send(receiver, "logs.example", KNOWN.pem(), Duration.ofSeconds(20)))
          .isEqualTo(new Answer.None(Failure.TLS_FAILED));
      assertThat(send(receiver, "logs.example", null, Duration.ofSeconds(20)))
          .isEqualTo(new Answer.None(Failure.TLS_FAILED));
      assertThat(receiver.messages).isEmpty();
    }
  }

  @Test
  void aReceiverThatIsNotThereIsSaidToBeNone() {
    int port;
    try (var receiver = new SyslogReceiver(KNOWN)) {
      port = receiver.port();
    }

    assertThat(send("logs.example", port, KNOWN.pem(), Duration.ofSeconds(20)))
        .isEqualTo(new Answer.None(Failure.CONNECTION_FAILED));
  }
}
