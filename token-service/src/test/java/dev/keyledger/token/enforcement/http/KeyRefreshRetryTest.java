package dev.keyledger.token.enforcement.http;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.token.AtOnce;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A client's refresh whose answer got lost, where policy has it given again. */
class KeyRefreshRetryTest extends OauthTest {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);

  private TestTenant tenant;
  private TestTenant.Key key;
  private String first;

  @BeforeEach
  void aPair() {
    tenant = tenant();
    govern(TEN_SECONDS);
    key = published(tenant.key("live"));
    first = token(key).field("refresh_token");
  }

  private void govern(Duration interval) {
    publish(
        tenant.withPolicy(p ->
            TestTenant.with(
                p,
                new KeyTokenRules(
                    KeyTokenRules.Format.JWT,
                    Duration.ofMinutes(15),
                    Duration.ofDays(7),
                    Refresh.RENEWED,
                    null,
                    interval,
                    null))));
  }

  private static List<String> pair(Answer answer) {
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return List.of(
        answer.field("access_token"), answer.field("refresh_token"), answer.field("scope"));
  }

  private void assertEnded(Answer refreshed) {
    assertThat(refresh(key, refreshed.field("refresh_token")).field("error"))
        .isEqualTo("invalid_grant");
  }

  @Test
  void aRetryWithinTheIntervalGetsTheSamePairAgainAndItWorks() {
    Answer answer = refresh(key, first, "scope", "clients.read");
    CLOCK.advance(TEN_SECONDS.minusMillis(1));
    Answer again = refresh(key, first, "scope", "clients.read");

    assertThat(pair(again)).isEqualTo(pair(answer));
    assertThat(again.json().path("expires_in").asLong()).isBetween(889L, 891L);
    assertThat(
            introspect(internal(), again.field("access_token")).json().path("active").asBoolean())
        .isTrue();
    pair(refresh(key, again.field("refresh_token")));
  }

  @Test
  void ofConcurrentRefreshesAllGetTheSamePair() throws Exception {
    for (String token : List.of(first, exchanged(key))) {
      List<List<String>> pairs = AtOnce.run(8, () -> pair(refresh(key, token)));
      assertThat(new HashSet<>(pairs)).hasSize(1);
      pair(refresh(key, pairs.getFirst().get(1)));
    }
  }

  @Test
  void aLaterReuseEndsTheFamily() {
    Answer answer = refresh(key, first);
    CLOCK.advance(TEN_SECONDS);
    assertThat(refresh(key, first).field("error")).isEqualTo("invalid_grant");
    assertEnded(answer);
  }

  @Test
  void aReuseFromElsewhereOrForSomethingElseEndsTheFamily() {
    Answer answer = refresh(key, first);
    Answer elsewhere =
        send(
            refreshForm(first)
                .header("Authorization", basic(key.id.value(), key.secret))
                .header("X-Forwarded-For", "198.51.100.7"));
    assertThat(elsewhere.field("error")).isEqualTo("invalid_grant");
    assertEnded(answer);

    String another = token(key).field("refresh_token");
    Answer whole = refresh(key, another);
    assertThat(refresh(key, another, "scope", "clients.read").field("error"))
        .isEqualTo("invalid_grant");
    assertEnded(whole);
  }

  @Test
  void aRetryWithoutTheClientsSecretGetsAndEndsNothing() {
    Answer answer = refresh(key, first);
    assertThat(refresh(first).field("error")).isEqualTo("invalid_client");
    assertThat(pair(refresh(key, first))).isEqualTo(pair(answer));
  }

  @Test
  void aReuseOnceTheSuccessorWasUsedEndsTheFamily() {
    Answer second = refresh(key, first);
    Answer third = refresh(key, second.field("refresh_token"));
    assertThat(refresh(key, first).field("error")).isEqualTo("invalid_grant");
    assertEnded(third);
  }

  @Test
  void aRevokedFamilyOrKeyGivesNothingAgain() {
    Answer second = refresh(key, first);
    send(
        form("/oauth2/revoke", parameters("token", second.field("refresh_token")))
            .header("Authorization", basic(key.id.value(), key.secret)));
    assertThat(refresh(key, first).field("error")).isEqualTo("invalid_grant");

    String exchanged = exchanged(key);
    pair(refresh(exchanged));
    publish(key.revoked());
    assertThat(refresh(exchanged).field("error")).isEqualTo("invalid_grant");
  }

  @Test
  void wherePolicyHasItNoLongerEachReuseEndsTheFamily() {
    Answer answer = refresh(key, first);
    govern(null);
    assertThat(refresh(key, first).field("error")).isEqualTo("invalid_grant");
    assertEnded(answer);
  }

  @Test
  void whatIsKeptForARetryCantBeReadAndGoesSoon() {
    Answer answer = refresh(key, first);
    assertThat(kept())
        .hasSize(1)
        .allSatisfy(row ->
            assertThat(row)
                .doesNotContain(
                    first, answer.field("refresh_token"), answer.field("access_token")));
    service
        .context()
        .getBean(KeyRefreshTokens.class)
        .forgetSuccessorsBefore(CLOCK.instant().plusSeconds(1));
    assertThat(kept()).isEmpty();
    assertThat(refresh(key, first).field("error")).isEqualTo("invalid_grant");
  }

  private List<String> kept() {
    return service
        .context()
        .getBean(org.springframework.jdbc.core.simple.JdbcClient.class)
        .sql(
            "SELECT encode(successor, 'escape') FROM key_refresh_tokens"
                + " WHERE key = ? AND successor IS NOT NULL")
        .param(key.id.value())
        .query(String.class)
        .list();
  }
}
