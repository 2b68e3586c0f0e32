package dev.keyledger.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.RawHttp;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the server itself refuses, since it can't be read. */
class UnreadableTest {
  private static final GatewayUnderTest GATEWAY = GatewayUnderTest.shared();

  /**
   * A client that keeps its connection would take content for the answer to what it asks next (RFC
   * 9110, section 9.3.2).
   */
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
  void aHeadIsRefusedWithoutContentOnAConnectionThatSaysThatItCloses(String request) {
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
  void whatHasNoRequestLineIsRefusedOnAConnectionThatSaysThatItCloses(String request) {
    assertThat(answer(request)).startsWith("HTTP/1.1 ").contains("\r\nConnection: close\r\n");
  }

  @Test
  void anAddressThatIsTooLongIsNotTakenForTheOneBefore() {
    String before = "GET /auth/login HTTP/1.1\r\nHost: localhost\r\n\r\n";
    String tooLong = "GET /auth/" + "x".repeat(9_000) + " HTTP/1.1\r\nHost: localhost\r\n\r\n";

    String answers = answer(before + tooLong);

    assertThat(answers.substring(answers.lastIndexOf("HTTP/1.1 ")))
        .startsWith("HTTP/1.1 414 ")
        .contains("\"code\":\"uri_too_long\"");
  }

  @Test
  void aHeadThatIsTooLargeIsToldInTheWordsOfWhosePathItIs() {
    String signIn = "GET /api/v1/auth/sign-in";
    assertThat(RawHttp.send(GATEWAY.port(), signIn + " HTTP/1.1", "X-Long: " + "x".repeat(9_000)))
        .satisfies(answer -> {
          assertThat(answer.status()).isEqualTo(431);
          assertThat(answer.body()).contains("\"code\":431000");
        });
  }

  private static String answer(String request) {
    return RawHttp.exchange(GATEWAY.port(), request);
  }
}
