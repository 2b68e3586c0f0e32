package dev.keyledger.client;

import static dev.keyledger.testkit.TokenForge.KEY;
import static dev.keyledger.testkit.TokenForge.ORG;
import static dev.keyledger.testkit.TokenForge.PERSON;
import static dev.keyledger.testkit.TokenForge.SESSION;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyledger.client.IntrospectionResult.Active;
import dev.keyledger.client.IntrospectionResult.Inactive;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.testkit.StubServer;
import java.net.http.HttpClient;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.Test;

class HttpIntrospectorTest {
  private final StubServer tokenService = new StubServer();
  private final HttpIntrospector introspector =
      new HttpIntrospector(
          HttpClient.newHttpClient(),
          tokenService.uri("/oauth2/introspect"),
          () -> "own-credential",
          Duration.ofMillis(500));

  @AfterEach
  void stop() {
    tokenService.close();
  }

  @Test
  @DisplayName("RFC 7662, section 2.1: a form with the token, asked by an authenticated party")
  void rfc7662Section21Request() {
    tokenService.answerJson(200, "{\"active\":false}");
    ask("sk live+&=");
    StubServer.Asked asked = tokenService.asked().getFirst();
    assertThat(asked.method()).isEqualTo("POST");
    assertThat(asked.body()).isEqualTo("token=sk+live%2B%26%3D&client_ip=2001%3Adb8%3A%3A7");
    assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Bearer own-credential");
    assertThat(asked.headers().getFirst("Content-Type"))
        .isEqualTo("application/x-www-form-urlencoded");
  }

  @Test
  @DisplayName("RFC 7662, section 2.2: an active token tells who it speaks for")
  void rfc7662Section22Active() {
    tokenService.answerJson(
        200,
        """
        {"active":true,"sub":"%s","kind":"api_key","org":"%s","slug":"acme","key_id":"%s",
         "env":"live","scope":"payments.read clients.read","iat_ms":1780000000123,"pos":12,
         "ipb":false,"something_new":[1]}
        """
            .formatted(KEY, ORG, KEY));
    var active = (Active) ask("x");
    Caller caller = active.caller();
    assertThat(caller.kind()).isEqualTo(Caller.Kind.API_KEY);
    assertThat(caller.may("payments.read")).isTrue();
    assertThat(caller.environment()).isEqualTo("live");
    assertThat(caller.person()).isNull();
    assertThat(caller.address()).isEqualTo("2001:db8::7");
    assertThat(active.position()).isEqualTo(12);
    assertThat(active.addressBound()).isFalse();
  }

  @Test
  void anAnswerThatDoesNotSayWhetherTheAddressMattersIsTakenToDependOnIt() {
    tokenService.answerJson(
        200,
        "{\"active\":true,\"sub\":\"%s\",\"kind\":\"operator\",\"sid\":\"%s\",\"env\":null}"
            .formatted(PERSON, SESSION));
    var active = (Active) ask("x");
    assertThat(active.addressBound()).isTrue();
    assertThat(active.position()).isEqualTo(-1);
    assertThat(active.caller().environment()).isNull();
  }

  @Test
  void anInactiveOneMaySayWhy() {
    tokenService.answerJson(200, "{\"active\":false,\"code\":\"ip_not_allowed\"}");
    assertThat(ask("x")).isEqualTo(new Inactive("ip_not_allowed"));
    tokenService.answerJson(200, "{\"active\":false}");
    assertThat(ask("x")).isEqualTo(new Inactive(null));
  }

  @Test
  void whatIsNoAnswerNeverBecomesNo() {
    for (int status : new int[] {401, 403, 404, 500, 503}) {
      tokenService.answerJson(status, "{\"active\":false}");
      assertUnavailable();
    }
    tokenService.answerJson(200, "<html>");
    assertUnavailable();
    tokenService.answerJson(200, "{\"active\":true}");
    assertUnavailable();
    tokenService.answerJson(200, "{\"active\":true,\"sub\":\"x\",\"kind\":\"unheard_of\"}");
    assertUnavailable();
  }

  @Test
  void aTokenServiceThatHangsIsGivenUpInTime() {
    var end = new CountDownLatch(1);
    tokenService.answer(exchange -> {
      try {
        end.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    });
    long start = System.nanoTime();
    assertUnavailable();
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
    end.countDown();
  }

  @Test
  void aTokenServiceThatIsGoneIsUnavailable() {
    tokenService.close();
    assertUnavailable();
  }

  private IntrospectionResult ask(String credential) {
    return introspector.introspect(new SecretText(credential), "2001:db8::7");
  }

  private void assertUnavailable() {
    assertThatExceptionOfType(UnavailableException.class)
        .isThrownBy(() -> ask("secret-credential"))
        .satisfies(e -> assertThat(e.getMessage()).doesNotContain("secret-credential"));
  }
}
