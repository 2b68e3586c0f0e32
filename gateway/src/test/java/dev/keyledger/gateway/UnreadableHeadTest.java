package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What is said to a HEAD has no content (RFC 9110, section 9.3.2): a client that keeps its
 * connection would take it for the answer to what it asks next.
 */
class UnreadableHeadTest {
  private static final GatewayUnderTest GATEWAY = GatewayUnderTest.shared();

  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD /auth/login/refresh% HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "HEAD /v1/me% HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "HEAD /v1/me%zz?a=b HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "HEAD /v1/me HTTP/1.1\r\n\r\n",
        "HEAD /v1/me HTTP/1.1\r\nHost: localhost\r\nNo header\r\n\r\n",
        "HEAD /v1/me HTTP/1.1\r\nHost: a b\r\n\r\n",
        "HEAD /v1/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n",
        "HEAD /v1/me HTTP/1.1\r\nHost: localhost\r\nContent-Length: 400000\r\n\r\n",
      })
  void isRefusedWithoutContentOnAConnectionThatSaysThatItCloses(String request) throws Exception {
    assertThat(answer(request))
        .startsWith("HTTP/1.1 4")
        .contains("\r\nConnection: close\r\n")
        .endsWith("\r\n\r\n");
  }

  /** Of these not even the method can be read: but nobody waits for another answer behind it. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "HEAD /v1/me\u0001 HTTP/1.1\r\nHost: localhost\r\n\r\n",
        "HEAD /v1/me HTTP/9.1\r\nHost: localhost\r\n\r\n",
        "HEAD\u0001 /v1/me HTTP/1.1\r\nHost: localhost\r\n\r\n",
      })
  void whatHasNoRequestLineIsRefusedOnAConnectionThatSaysThatItCloses(String request)
      throws Exception {
    assertThat(answer(request)).startsWith("HTTP/1.1 ").contains("\r\nConnection: close\r\n");
  }

  private static String answer(String request) throws IOException {
    try (var socket = new Socket("127.0.0.1", GATEWAY.port())) {
      socket.setSoTimeout(20_000);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
    }
  }
}
