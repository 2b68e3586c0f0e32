package dev.keyledger.gateway.syncgram;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testkit.StubServer;
import java.net.http.HttpResponse;
import org.junit.jupiter.api.Test;

/** Syncgram Pay's resource, and what its requests have in common. */
class SyncgramTest extends SyncgramUnderTest {
  @Test
  void withoutAuthorizationOrWithAKeyThatIsNoneNobodyIsAsked() throws Exception {
    int before = gateway.token().asked().size();
    for (String[] headers :
        new String[][] {
          {"X-Api-Key", "sk_live_x"},
          {"Authorization", "Bearer incrm_x"},
          {"Authorization", "Basic eDp5"},
          {"Authorization", "Bearer"}
        }) {
      for (String path : new String[] {KEYS, PAYMENTS}) {
        assertRefused(gateway.get(path, headers), 401, "Missing, invalid or expired credentials.");
      }
    }
    assertThat(gateway.token().asked()).hasSize(before);
  }

  @Test
  void paymentsAreForThoseWithTheScope() throws Exception {
    gateway.token().answer(e -> authorized(e, "key_1"));
    HttpResponse<String> list = gateway.get(PAYMENTS, "Authorization", "Bearer sk_live_x");
    assertThat(list.statusCode()).isEqualTo(200);
    assertThat(list.body()).isEqualTo("{\"payments\":[]}");
    assertThat(gateway.token().last().target()).isEqualTo("/v1/authorize?scope=payments.read");
    send("POST", PAYMENTS, "{\"amount\":1}");
    assertThat(gateway.token().last().target()).isEqualTo("/v1/authorize?scope=payments.write");
    assertThat(gateway.downstream().last().body()).isEqualTo("{\"amount\":1}");
    gateway.token().answer(e -> authorized(e, "per_1"));
    assertThat(send("GET", PAYMENTS, "").statusCode()).isEqualTo(200);
    assertThat(gateway.token().last().target()).isEqualTo("/v1/authorize?scope=payments.read");

    gateway
        .token()
        .answer(e -> {
          e.getResponseHeaders().set("Keyledger-Reason", "insufficient_scope");
          StubServer.answer(e, 403, "{\"code\":\"insufficient_scope\"}");
        });
    assertRefused(
        send("POST", PAYMENTS, "{\"amount\":1}"),
        403,
        "The account or role does not permit this action.");
  }

  @Test
  void oneRefusalForWhateverIsWrongWithACredential() throws Exception {
    String alike = null;
    for (String reason :
        new String[] {"revoked", "expired", "key_suspended", "not_found", "malformed"}) {
      gateway
          .token()
          .answer(e -> {
            e.getResponseHeaders().set("Keyledger-Reason", reason);
            StubServer.answer(e, 401, "{\"code\":\"invalid_credential\"}");
          });
      HttpResponse<String> answer = gateway.get(PAYMENTS, "Authorization", "Bearer sk_live_x");
      assertThat(answer.statusCode()).isEqualTo(401);
      assertThat(answer.headers().firstValue("WWW-Authenticate")).contains("Bearer");
      assertThat(alike == null ? answer.body() : alike).isEqualTo(answer.body());
      alike = answer.body();
    }
  }

  @Test
  void whateverIsWrongWithARequestIsAProblem() throws Exception {
    assertRefused(gateway.get(PAYMENTS + "/1"), 404, "Not found.");
    HttpResponse<String> wrongMethod = send("DELETE", KEYS, "");
    assertThat(wrongMethod.statusCode()).isEqualTo(405);
    assertThat(wrongMethod.headers().firstValue("Allow")).contains("GET, HEAD, POST");
    assertThat(create("x".repeat(70_000)).statusCode()).isEqualTo(413);
    gateway.token().answer(e -> e.close());
    assertRefused(send("GET", KEYS, ""), 503, "The service cannot answer now.");
  }
}
