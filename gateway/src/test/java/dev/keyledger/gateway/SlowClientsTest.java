package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clients that are slow on purpose, or many, from a network of their own, beside an honest one. */
class SlowClientsTest {
  private static final int MANY = 300;
  private static final String ELSEWHERE = "127.0.0.2";
  private static final String HONEST = "127.0.0.1";

  private static GatewayUnderTest gateway;

  private final List<Socket> opened = new ArrayList<>();
  private final ScheduledExecutorService dribble = Executors.newSingleThreadScheduledExecutor();

  @BeforeAll
  static void start() {
    gateway =
        GatewayUnderTest.startWith(
            "--keyledger.bounds.head-deadline=PT1S",
            "--keyledger.bounds.body-deadline=PT1S",
            "--keyledger.bounds.connections=1000",
            "--keyledger.bounds.body-bytes=1MB",
            "--keyledger.gateway.connections=8",
            "--keyledger.gateway.read-timeout=PT10S");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @AfterEach
  void hangUp() throws Exception {
    dribble.shutdownNow();
    for (Socket socket : opened) {
      socket.close();
    }
    gateway.answerByName();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "GET /v1/me HTTP/1.1\r\nHost: localhost\r\nX-Half"})
  void aHeadThatDoesNotEndIsCutHoweverOftenAByteComes(String half) throws Exception {
    List<Socket> slow = openMany(MANY, half);
    if (!half.isEmpty()) {
      aByteNowAndThen(slow);
    }

    for (int i = 0; i < 20; i++) {
      assertThat(ask(HONEST, "GET /v1/me", "")).contains(" 200 ").endsWith("token");
    }
    for (Socket socket : slow) {
      assertThat(answerTo(socket)).isEmpty();
    }
  }

  @Test
  void aBodyThatDoesNotEndIsRefusedAndNoServiceHearsOfIt() throws Exception {
    int before = gateway.token().asked().size();
    List<Socket> slow =
        openMany(
            MANY,
            "POST /oauth2/introspect HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/x-www-form-urlencoded\r\n"
                + "Content-Length: 8000\r\n\r\ntoken=");
    aByteNowAndThen(slow);

    for (int i = 0; i < 20; i++) {
      assertThat(ask(HONEST, "POST /oauth2/introspect", "token=a")).contains(" 200 ");
    }
    for (Socket socket : slow) {
      assertThat(answerTo(socket)).contains(" 408 ").contains("\"code\":\"request_timeout\"");
    }
    assertThat(gateway.token().asked()).hasSize(before + 20);
  }

  @Test
  void theSameIsToldInTheWordsOfADialect() throws Exception {
    List<Socket> slow =
        openMany(
            1,
            "POST /api/v1/auth/sign-in HTTP/1.1\r\nHost: localhost\r\n"
                + "Content-Type: application/json\r\nContent-Length: 8000\r\n\r\n{");
    assertThat(answerTo(slow.getFirst())).contains(" 400 ").contains("\"code\":400000");
  }

  @Test
  void bodiesOfOneNetworkLeaveMemoryForAnother() throws Exception {
    List<Socket> slow =
        openMany(
            40,
            "POST /v1/keys/verify HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
                + "Content-Length: 65000\r\n\r\n"
                + "x".repeat(60_000));

    assertThat(ask(HONEST, "POST /v1/keys/verify", "x".repeat(10_000))).contains(" 200 ");

    List<String> answers = new ArrayList<>();
    for (Socket socket : slow) {
      answers.add(answerTo(socket));
    }
    assertThat(answers).anyMatch(a -> a.contains(" 503 ") && a.contains("\"code\":\"busy\""));
    assertThat(answers).anyMatch(a -> a.contains(" 408 "));
    assertThat(ask(ELSEWHERE, "POST /v1/keys/verify", "x".repeat(60_000))).contains(" 200 ");
  }

  @Test
  void connectionsOfOneNetworkLeaveSomeForAnother() throws Exception {
    List<Socket> idle = openMany(1100, "");

    assertThat(ask(HONEST, "GET /v1/me", "")).contains(" 200 ");
    int closed = 0;
    for (Socket socket : idle) {
      closed += answerTo(socket).isEmpty() ? 1 : 0;
    }
    assertThat(closed).isEqualTo(idle.size());
  }

  @Test
  void requestsThatWaitForAServiceLeaveRoomForAnotherClients() throws Exception {
    var go = new CountDownLatch(1);
    gateway
        .query()
        .answer(e -> {
          if (e.getRequestHeaders().getFirst("Authorization").equals("Bearer waiting")) {
            await(go);
          }
          StubServer.answer(e, 200, "query");
        });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<Future<String>> waiting = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        waiting.add(
            threads.submit(() ->
                ask(ELSEWHERE, "GET /v1/organizations", "", "Authorization: Bearer waiting")));
      }
      for (int i = 0; i < 20; i++) {
        assertThat(ask(HONEST, "GET /v1/organizations", "", "Authorization: Bearer other"))
            .contains(" 200 ");
      }
      go.countDown();
      List<String> answers = new ArrayList<>();
      for (Future<String> answer : waiting) {
        answers.add(answer.get(30, TimeUnit.SECONDS));
      }
      assertThat(answers).allMatch(a -> a.contains(" 200 ") || a.contains("\"code\":\"busy\""));
    } finally {
      go.countDown();
    }
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await(20, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private List<Socket> openMany(int number, String begin) throws IOException {
    List<Socket> sockets = new ArrayList<>();
    for (int i = 0; i < number; i++) {
      Socket socket = connect(ELSEWHERE);
      sockets.add(socket);
      opened.add(socket);
      try {
        socket.getOutputStream().write(begin.getBytes(StandardCharsets.ISO_8859_1));
      } catch (IOException closed) {
        // Refused before it could say more, which is what reading will show.
      }
    }
    return sockets;
  }

  private void aByteNowAndThen(List<Socket> sockets) {
    dribble.scheduleAtFixedRate(
        () -> {
          for (Socket socket : sockets) {
            try {
              socket.getOutputStream().write('a');
            } catch (IOException closed) {
              // As it should be.
            }
          }
        },
        200,
        200,
        TimeUnit.MILLISECONDS);
  }

  private static Socket connect(String from) throws IOException {
    var socket = new Socket();
    socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
    socket.connect(new InetSocketAddress("127.0.0.1", gateway.port()), 5_000);
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static String answerTo(Socket socket) throws IOException {
    try {
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (java.net.SocketException reset) {
      return "";
    }
  }

  private static String ask(String from, String line, String body, String... headers) {
    try (Socket socket = connect(from)) {
      String head = line + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n";
      for (String header : headers) {
        head += header + "\r\n";
      }
      head += body.isEmpty() ? "\r\n" : "Content-Length: " + body.length() + "\r\n\r\n";
      socket.getOutputStream().write((head + body).getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
