package dev.keyledger.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.StubServer;
import dev.keyledger.testkit.TokenForge;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HttpSigningKeysTest {
  private final MovableClock clock = new MovableClock();
  private final StubServer signer = new StubServer();
  private final TokenForge first = new TokenForge("k1", clock);
  private final TokenForge second = new TokenForge("k2", clock);
  private final HttpSigningKeys jwks =
      new HttpSigningKeys(
          HttpClient.newHttpClient(),
          signer.uri("/.well-known/jwks.json"),
          Duration.ofSeconds(2),
          clock);

  @AfterEach
  void stop() {
    signer.close();
  }

  @Test
  void aSetIsFetchedOnceAndItsKeysVerify() {
    publish(first, second);
    assertThat(jwks.find("k1")).isPresent();
    assertThat(jwks.find("k2")).isPresent();
    assertThat(signer.asked()).hasSize(1);

    var verifier = new TokenVerifier(TokenForge.ISSUER, jwks, clock);
    assertThat(verifier.verify(second.token())).isNotNull();
  }

  @Test
  void keysOfBothKindsStandInOneSet() {
    TokenForge ec = TokenForge.es256("k3", clock);
    publish(first, ec);

    var verifier = new TokenVerifier(TokenForge.ISSUER, jwks, clock);
    assertThat(verifier.verify(first.token())).isNotNull();
    assertThat(verifier.verify(ec.token())).isNotNull();
  }

  @Test
  @DisplayName("RFC 7518, section 6.2.1: a point beside the curve is no key")
  void rfc7518Section621PointBesideTheCurve() {
    String jwk = TokenForge.es256("k3", clock).jwk();
    signer.answerJson(
        200,
        "{\"keys\":[" + jwk.replaceFirst("\"x\":\"[^\"]*", "\"x\":\"" + "A".repeat(43)) + "]}");
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> jwks.find("k3"));
  }

  @Test
  @DisplayName("RFC 8037, section 2: x is 32 bytes, and those of a point")
  void rfc8037Section2XIsThatOfAPoint() {
    for (String x : new String[] {"AA", "_".repeat(42) + "8"}) {
      signer.answerJson(
          200, "{\"keys\":[" + first.jwk().replaceFirst("\"x\":\"[^\"]*", "\"x\":\"" + x) + "]}");
      clock.advance(Duration.ofSeconds(1));
      assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> jwks.find("k1"));
    }
  }

  @Test
  @DisplayName("RFC 7517, section 5.1: what has no keys is no set")
  void rfc7517Section51KeysAreRequired() {
    signer.answerJson(200, "{\"error\":\"away\"}");
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> jwks.find("k1"));
  }

  @Test
  void aKeyThatIsPublishedWithItsPrivatePartIsNoKey() {
    signer.answerJson(
        200,
        """
        {"keys":[{"kty":"OKP","crv":"Ed25519","kid":"k1",
          "x":"11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
          "d":"nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}]}\
        """);
    assertThat(jwks.find("k1")).isEmpty();
  }

  @Test
  void aNewKeyIsFoundButInventedOnesCostNothing() {
    publish(first);
    assertThat(jwks.find("k1")).isPresent();
    publish(first, second);
    clock.advance(Duration.ofSeconds(5));
    assertThat(jwks.find("k2")).isPresent();
    for (int i = 0; i < 100; i++) {
      assertThat(jwks.find("invented" + i)).isEmpty();
    }
    assertThat(signer.asked()).hasSize(2);
  }

  @Test
  void aWithdrawnKeyIsGoneAfterFiveMinutes() {
    publish(first, second);
    assertThat(jwks.find("k1")).isPresent();
    publish(second);
    clock.advance(Duration.ofMinutes(5));
    assertThat(jwks.find("k1")).isEmpty();
  }

  @Test
  void whileTheSignerIsAwayTheSetServesForAQuarterOfAnHour() {
    publish(first);
    assertThat(jwks.find("k1")).isPresent();
    signer.answerJson(500, "{}");
    clock.advance(Duration.ofMinutes(14));
    assertThat(jwks.find("k1")).isPresent();
    clock.advance(Duration.ofMinutes(1));
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> jwks.find("k1"));

    publish(first);
    clock.advance(Duration.ofSeconds(5));
    assertThat(jwks.find("k1")).isPresent();
  }

  @Test
  void whileTheSignerHangsAKnownKeyMakesNobodyWaitButWhoeverFetches() throws Exception {
    var patient =
        new HttpSigningKeys(
            HttpClient.newHttpClient(),
            signer.uri("/.well-known/jwks.json"),
            Duration.ofMinutes(1),
            clock);
    publish(first);
    assertThat(patient.find("k1")).isPresent();
    clock.advance(Duration.ofMinutes(6));
    var release = new CompletableFuture<Void>();
    signer.answer(exchange -> {
      release.join();
      StubServer.answerJson(exchange, 500, "{}");
    });
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var fetching = threads.submit(() -> patient.find("k1"));
      await().atMost(Duration.ofSeconds(30)).until(() -> signer.asked().size() == 2);

      assertThat(patient.find("k1")).isPresent();
      assertThat(fetching.isDone()).isFalse();

      release.complete(null);
      assertThat(fetching.get()).isPresent();
    }
  }

  @Test
  void aSignerThatWasNeverReachedMakesItUnavailableNotUnknown() {
    signer.answerJson(200, "not json");
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> jwks.find("k1"));
    assertThatExceptionOfType(UnavailableException.class).isThrownBy(() -> jwks.find("k1"));
    assertThat(signer.asked()).hasSize(1);
  }

  @Test
  @DisplayName("RFC 7517, section 5: keys that are not understood are passed over")
  void rfc7517Section5UnknownKeys() {
    signer.answerJson(
        200,
        "{\"keys\":[{\"kty\":\"RSA\",\"kid\":\"r\",\"n\":\"AA\",\"e\":\"AQAB\"},"
            + "{\"kty\":\"OKP\",\"crv\":\"X25519\",\"kid\":\"x\",\"x\":\"AA\"},"
            + first.jwk().replace("\"sig\"", "\"enc\"").replace("k1", "e")
            + ","
            + first.jwk()
            + "]}");
    assertThat(jwks.find("k1")).isPresent();
    assertThat(jwks.find("r")).isEmpty();
    assertThat(jwks.find("x")).isEmpty();
    assertThat(jwks.find("e")).isEmpty();
  }

  private void publish(TokenForge... keys) {
    signer.answerJson(
        200,
        "{\"keys\":["
            + String.join(",", java.util.Arrays.stream(keys).map(TokenForge::jwk).toList())
            + "]}");
  }
}
