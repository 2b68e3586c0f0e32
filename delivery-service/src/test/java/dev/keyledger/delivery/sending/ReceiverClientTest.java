package dev.keyledger.delivery.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.delivery.sending.Answer.Failure;
import dev.keyledger.kit.net.PublicAddresses;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Predicate;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Against real sockets: what a tenant's URL can have the platform do. */
@Timeout(60)
class ReceiverClientTest {
  private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);
  private static final String TYPE = "application/json";
  private static final Duration SOON = Duration.ofSeconds(30);

  private final StubServer receiver = new StubServer();
  private final AtomicInteger lookUps = new AtomicInteger();
  private final MovableClock clock = new MovableClock();

  @AfterEach
  void end() {
    receiver.close();
  }

  private static InetAddress at(String address) {
    try {
      return InetAddress.getByName(address);
    } catch (UnknownHostException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Of a name that means these, one after the other, and then the last for ever. */
  private CheckedAddresses.Names meaning(String... addresses) {
    return host ->
        new InetAddress[] {
          at(addresses[Math.min(lookUps.getAndIncrement(), addresses.length - 1)])
        };
  }

  private ReceiverClient client(
      CheckedAddresses.Names names, Predicate<InetAddress> allowed, Duration patience) {
    try {
      return new ReceiverClient(names, allowed, allowed, SSLContext.getDefault(), patience, clock);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private Answer post(CheckedAddresses.Names names, Predicate<InetAddress> allowed, String url) {
    try (ReceiverClient client = client(names, allowed, Duration.ofSeconds(2))) {
      return client.post(url, Map.of("webhook-id", "msg_1"), BODY, TYPE);
    }
  }

  private int port() {
    return receiver.uri("/").getPort();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "127.0.0.1",
        "::1",
        "0.0.0.0",
        "::",
        "::ffff:127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.0.1",
        "100.64.0.1",
        "169.254.169.254",
        "fe80::1",
        "fc00::1",
        "fd00:ec2::254",
        "64:ff9b::7f00:1",
        "64:ff9b::a9fe:a9fe",
        "2002:7f00:1::1",
        "224.0.0.1",
        "ff02::1",
        "255.255.255.255"
      })
  void aNameThatMeansNoPublicAddressIsNotConnectedTo(String address) {
    Answer answer =
        post(
            meaning(address),
            PublicAddresses::isPublic,
            "http://receiver.example:" + port() + "/hook");

    assertThat(answer).isEqualTo(new Answer.None(Failure.ADDRESS_NOT_ALLOWED));
    assertThat(receiver.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"127.0.0.1", "[::1]", "127.1", "2130706433", "localhost"})
  void anAddressInTheUrlIsCheckedAsANameIs(String host) {
    Answer answer =
        post(InetAddress::getAllByName, PublicAddresses::isPublic, "http://" + host + ":" + port());

    assertThat(answer).isEqualTo(new Answer.None(Failure.ADDRESS_NOT_ALLOWED));
    assertThat(receiver.asked()).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"0x7f000001", "127.0.0.1%00"})
  void whatIsNoAddressIsNotTakenForOne(String host) {
    Answer answer =
        post(InetAddress::getAllByName, PublicAddresses::isPublic, "http://" + host + ":" + port());

    assertThat(answer).isInstanceOf(Answer.None.class);
    assertThat(receiver.asked()).isEmpty();
  }

  @Test
  void aSchemeIsOneInWhateverLettersItIsWritten() {
    receiver.answerJson(200, "{}");

    Answer answer =
        post(meaning("127.0.0.1"), address -> true, "HTTP://receiver.example:" + port() + "/");

    assertThat(answer).isEqualTo(new Answer.Status(200, null));
  }

  /** Of a name server that is silent, a look-up hangs for longer than it is waited for. */
  @Test
  void aLookUpThatThereIsNoRoomForIsNotTheReceiversFailure() {
    var over = new CountDownLatch(1);
    CheckedAddresses.Names names = silent(over);
    try (ReceiverClient client = client(names, address -> true, Duration.ofSeconds(2))) {
      List<CompletableFuture<Answer>> waiting = new ArrayList<>();
      for (int i = 0; i < 256; i++) {
        String url = "http://silent-" + i + ".example/";
        waiting.add(posted(client, url));
      }
      await().atMost(SOON).untilAsserted(() -> assertThat(lookUps).hasValue(256));

      Answer answer = client.post("http://another.example/", Map.of(), BODY, TYPE);

      assertThat(answer)
          .isInstanceOfSatisfying(
              Answer.None.class, none -> assertThat(none.failure().code()).isEqualTo("overloaded"));
      over.countDown();
      waiting.forEach(CompletableFuture::join);
    }
  }

  @Test
  void aNameIsLookedUpOnceAtATimeHoweverManyWaitForIt() {
    receiver.answerJson(200, "{}");
    var over = new CountDownLatch(1);
    CheckedAddresses.Names names = silent(over);
    try (ReceiverClient client = client(names, address -> true, Duration.ofSeconds(20))) {
      List<CompletableFuture<Answer>> waiting = new ArrayList<>();
      for (int i = 0; i < 300; i++) {
        waiting.add(posted(client, "http://silent.example:" + port() + "/"));
      }
      await().atMost(SOON).untilAsserted(() -> assertThat(lookUps).hasPositiveValue());

      String other = "http://receiver.example:" + port() + "/";
      assertThat(client.post(other, Map.of(), BODY, TYPE).isDelivered()).isTrue();
      over.countDown();
      waiting.forEach(one -> assertThat(one.join().isDelivered()).isTrue());
      assertThat(lookUps.get()).isLessThan(256);
    }
  }

  private static CompletableFuture<Answer> posted(ReceiverClient client, String url) {
    var answer = new CompletableFuture<Answer>();
    Thread.ofVirtual().start(() -> answer.complete(client.post(url, Map.of(), BODY, TYPE)));
    return answer;
  }

  /** Names that begin with {@code silent} hang; all mean this machine. */
  private CheckedAddresses.Names silent(CountDownLatch over) {
    return host -> {
      lookUps.incrementAndGet();
      if (host.startsWith("silent")) {
        try {
          var unused = over.await(20, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
          throw new UnknownHostException(host);
        }
      }
      return new InetAddress[] {at("127.0.0.1")};
    };
  }

  @Test
  void oneOfSeveralAddressesThatIsPrivateForbidsAll() {
    CheckedAddresses.Names both = host -> new InetAddress[] {at("93.184.216.34"), at("127.0.0.1")};

    assertThat(post(both, PublicAddresses::isPublic, "http://receiver.example:" + port()))
        .isEqualTo(new Answer.None(Failure.ADDRESS_NOT_ALLOWED));
  }

  /** Rebinding: it is looked up once, and the address that was checked is the one connected to. */
  @Test
  void aNameThatMeansAnotherAddressAMomentLaterIsLookedUpOnce() {
    receiver.answerJson(200, "{}");
    Predicate<InetAddress> first = address -> address.equals(at("127.0.0.1"));

    Answer answer =
        post(meaning("127.0.0.1", "127.0.0.2"), first, "http://receiver.example:" + port() + "/");

    assertThat(answer).isEqualTo(new Answer.Status(200, null));
    assertThat(lookUps).hasValue(1);
    assertThat(receiver.last().headers().getFirst("Host")).isEqualTo("receiver.example:" + port());
  }

  @Test
  void theNextMessageIsCheckedAnew() {
    receiver.answerJson(200, "{}");
    Predicate<InetAddress> first = address -> address.equals(at("127.0.0.1"));
    try (ReceiverClient client =
        client(meaning("127.0.0.1", "127.0.0.2"), first, Duration.ofSeconds(2))) {
      String url = "http://receiver.example:" + port() + "/";
      assertThat(client.post(url, Map.of(), BODY, TYPE).isDelivered()).isTrue();
      assertThat(client.post(url, Map.of(), BODY, TYPE))
          .isEqualTo(new Answer.None(Failure.ADDRESS_NOT_ALLOWED));
    }
  }

  @Test
  void whoSendsItOnIsNotFollowed() {
    receiver.answer(exchange -> {
      exchange.getResponseHeaders().set("Location", receiver.url() + "/internal");
      StubServer.answer(exchange, 307, "");
    });

    assertThat(post(meaning("127.0.0.1"), address -> true, receiver.url() + "/hook"))
        .isEqualTo(new Answer.Status(307, null));
    assertThat(receiver.asked()).hasSize(1);
  }

  @Test
  void noSettingOfTheJavaMachineLeadsOverAProxy() {
    receiver.answerJson(204, "");
    List<String> names = List.of("http.proxyHost", "https.proxyHost", "socksProxyHost");
    try {
      names.forEach(name -> System.setProperty(name, "127.0.0.3"));
      // By another name than localhost, which no proxy is asked for anyway.
      CheckedAddresses.Names named =
          host -> new InetAddress[] {InetAddress.getByAddress(host, new byte[] {127, 0, 0, 1})};
      String url = "http://receiver.example:" + port() + "/";
      assertThat(post(named, address -> true, url).isDelivered()).isTrue();
    } finally {
      names.forEach(System::clearProperty);
    }
  }

  @Test
  void aReceiverThatHangsIsGivenUpAsAWhole() throws Exception {
    var done = new CountDownLatch(1);
    receiver.answer(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      try {
        // A byte now and then, so that no read ever waits for long.
        while (!done.await(50, TimeUnit.MILLISECONDS)) {
          exchange.getResponseBody().write('x');
          exchange.getResponseBody().flush();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    try (ReceiverClient client =
        client(meaning("127.0.0.1"), address -> true, Duration.ofMillis(700))) {
      assertThat(client.post(receiver.url(), Map.of(), BODY, TYPE))
          .isEqualTo(new Answer.None(Failure.TIMEOUT));
    } finally {
      done.countDown();
    }
  }

  @Test
  void ofALongAnswerNoMoreIsReadThanItsStatusIsWorth() {
    receiver.answer(exchange -> {
      exchange.sendResponseHeaders(200, 0);
      var piece = new byte[64 * 1024];
      try {
        while (true) {
          exchange.getResponseBody().write(piece);
        }
      } catch (IOException e) {
        // The other side has had enough.
      }
    });

    assertThat(post(meaning("127.0.0.1"), address -> true, receiver.url()).isDelivered()).isTrue();
  }

  @Test
  void whatIsNoHttpIsAFailure() throws Exception {
    try (var server = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      var held = new ArrayList<Socket>();
      Thread.ofVirtual()
          .start(() -> {
            try {
              Socket socket = server.accept();
              held.add(socket);
              socket
                  .getOutputStream()
                  .write("SSH-2.0-OpenSSH\r\n".getBytes(StandardCharsets.UTF_8));
              socket.close();
            } catch (IOException e) {
              throw new IllegalStateException(e);
            }
          });
      assertThat(
              post(
                  meaning("127.0.0.1"),
                  address -> true,
                  "http://localhost:" + server.getLocalPort()))
          .isInstanceOf(Answer.None.class);
    }
  }

  @Test
  void nobodyThereIsAFailureWithACode() throws Exception {
    int unused;
    try (var server = new ServerSocket(0)) {
      unused = server.getLocalPort();
    }
    assertThat(post(meaning("127.0.0.1"), address -> true, "http://localhost:" + unused))
        .isEqualTo(new Answer.None(Failure.CONNECTION_FAILED));
    CheckedAddresses.Names none =
        host -> {
          throw new UnknownHostException(host);
        };
    assertThat(post(none, address -> true, "http://receiver.example"))
        .isEqualTo(new Answer.None(Failure.HOST_NOT_FOUND));
    assertThat(post(none, address -> true, "ftp://receiver.example"))
        .isEqualTo(new Answer.None(Failure.URL_NOT_ALLOWED));
  }

  @Test
  void howLongAReceiverAsksToBeLeftAloneIsBounded() {
    receiver.answer(exchange -> {
      exchange.getResponseHeaders().set("Retry-After", exchange.getRequestURI().getQuery());
      StubServer.answer(exchange, 503, "");
    });
    assertThat(retryAfter("120")).isEqualTo(Duration.ofMinutes(2));
    assertThat(retryAfter("999999999")).isEqualTo(Backoff.LONGEST_REST);
    assertThat(retryAfter("-1")).isNull();
    assertThat(retryAfter("soon")).isNull();
  }

  private Duration retryAfter(String value) {
    Answer answer = post(meaning("127.0.0.1"), address -> true, receiver.url() + "/?" + value);
    return ((Answer.Status) answer).retryAfter();
  }
}
