package dev.keyledger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import dev.keyledger.testkit.StubServer;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpTimeoutException;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class BoundedHttpTest {
  private final StubServer peer = new StubServer();
  private final CountDownLatch stalled = new CountDownLatch(1);

  @AfterEach
  void release() {
    stalled.countDown();
    peer.close();
  }

  private BoundedHttp http(Duration timeout) {
    return new BoundedHttp(HttpClient.newHttpClient(), timeout, 10);
  }

  private HttpRequest request() {
    return HttpRequest.newBuilder(peer.uri("/")).build();
  }

  @Test
  void aWholeAnswerComesBack() throws Exception {
    peer.answerJson(200, "0123456789");
    assertThat(http(Duration.ofSeconds(30)).send(request()).body()).hasSize(10);
  }

  @Test
  void aPeerThatStallsBehindItsHeadersKeepsNobody() {
    peer.answer(exchange -> {
      exchange.sendResponseHeaders(200, 10);
      exchange.getResponseBody().write('0');
      exchange.getResponseBody().flush();
      try {
        stalled.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    assertThatExceptionOfType(HttpTimeoutException.class)
        .isThrownBy(() -> http(Duration.ofMillis(500)).send(request()));
  }

  @Test
  void anAnswerThatIsTooLargeIsNone() {
    peer.answerJson(200, "0123456789a");
    assertThatIOException()
        .isThrownBy(() -> http(Duration.ofSeconds(30)).send(request()))
        .withMessageContaining("larger");
  }
}
