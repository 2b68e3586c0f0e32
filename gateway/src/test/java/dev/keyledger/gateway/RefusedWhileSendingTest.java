package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * A client that is refused while its body is under way gets to read why. Were the connection closed
 * instead, what still comes would be answered by a reset, which takes what it hasn't read yet away
 * from the client.
 */
class RefusedWhileSendingTest {
  private static final int UNDER_WAY = 400_000;
  private static final int PIECE = 4_000;

  private static GatewayUnderTest gateway;

  @BeforeAll
  static void start() {
    gateway = GatewayUnderTest.startWith("--keyledger.bounds.body-deadline=PT20S");
  }

  @AfterAll
  static void stop() {
    gateway.close();
  }

  @ParameterizedTest
  @CsvSource({
    "POST /oauth2/introspect, 413",
    "POST /api/v1/auth/sign-in, 413",
    "POST /oauth2/introspect?a[]=b, 400",
    "TRACE /oauth2/introspect, 413",
  })
  void whatWasRefusedByItsHeadIsTakenToItsEnd(String line, int status) throws Exception {
    try (Socket socket = connect()) {
      send(socket, line + " HTTP/1.1\r\nHost: localhost\r\nContent-Length: " + UNDER_WAY);
      send(socket, "\r\n\r\n");

      assertThat(answer(socket)).startsWith("HTTP/1.1 " + status).contains("Connection: close\r\n");
      sendWhatIsUnderWay(socket);
    }
  }

  @ParameterizedTest
  @CsvSource({"POST /oauth2/introspect", "POST /v1/keys/verify", "POST /api/v1/auth/sign-in"})
  void aBodyThatTurnsOutTooLargeIsTakenToItsEnd(String line) throws Exception {
    try (Socket socket = connect()) {
      send(socket, line + " HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n");
      int first = 70_000;
      send(socket, Integer.toHexString(first + UNDER_WAY) + "\r\n" + "x".repeat(first));

      assertThat(answer(socket)).startsWith("HTTP/1.1 413").contains("Connection: close\r\n");
      sendWhatIsUnderWay(socket);
    }
  }

  /** In pieces: the first that is sent to a closed connection goes well, and those behind don't. */
  private static void sendWhatIsUnderWay(Socket socket) throws IOException {
    for (int i = 0; i < UNDER_WAY / PIECE; i++) {
      send(socket, "x".repeat(PIECE));
    }
  }

  private static Socket connect() throws IOException {
    var socket = new Socket("127.0.0.1", gateway.port());
    socket.setSoTimeout(20_000);
    return socket;
  }

  private static void send(Socket socket, String text) throws IOException {
    socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
  }

  private static String answer(Socket socket) throws IOException {
    return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
