package dev.keyledger.token.enforcement.http;

import static dev.keyledger.events.feed.Activity.Kind.REFRESH_REUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

/** The OAuth 2.0 authorization framework: how keys obtain tokens and refresh them. */
class Rfc6749Test extends OauthTest {
  @Test
  void section_2_3_1_clientsAuthenticateByBasicOrInTheForm() {
    TestTenant.Key key = published(tenant().key("live"));
    assertThat(token(key).status()).isEqualTo(200);
    assertThat(
            send(form(
                    "/oauth2/token",
                    parameters(
                        "grant_type",
                        "client_credentials",
                        "client_id",
                        key.id.value(),
                        "client_secret",
                        key.secret)))
                .status())
        .isEqualTo(200);
  }

  @Test
  void section_2_3_twoWaysAtOnceAreRefused() {
    TestTenant.Key key = published(tenant().key("live"));
    Answer answer = token(key, "client_id", key.id.value(), "client_secret", key.secret);
    assertThat(answer.status()).isEqualTo(401);
    assertThat(answer.field("error")).isEqualTo("invalid_client");
    Map<String, String> inForm =
        parameters(
            "grant_type",
            "client_credentials",
            "client_id",
            key.id.value(),
            "client_secret",
            key.secret);
    Answer withApiKey = send(form("/oauth2/token", inForm).header("X-Api-Key", key.secret));
    assertThat(withApiKey.status()).isEqualTo(401);
    assertThat(withApiKey.field("error")).isEqualTo("invalid_client");
  }

  @Test
  void section_4_4_3_aClientObtainsAToken() {
    TestTenant.Key key = published(tenant().key("live"));
    Answer answer = token(key);
    assertThat(answer.field("token_type")).isEqualTo("Bearer");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(900);
    assertThat(answer.field("scope")).isEqualTo("clients.read clients.write keys.verify");
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(answer.header("Pragma")).isEqualTo("no-cache");
  }

  @Test
  void section_3_3_lessCanBeAskedForAndMoreCannot() {
    TestTenant.Key key = published(tenant().key("live", "clients.read", "clients.write"));
    Answer less = token(key, "scope", "clients.read");
    assertThat(less.field("scope")).isEqualTo("clients.read");
    assertThat(introspect(internal(), less.field("access_token")).field("scope"))
        .isEqualTo("clients.read");
    Answer more = token(key, "scope", "keys.verify");
    assertThat(more.status()).isEqualTo(400);
    assertThat(more.field("error")).isEqualTo("invalid_scope");
  }

  @Test
  void section_5_2_refusalsHaveTheirCodes() {
    TestTenant.Key key = published(tenant().key("live"));
    TestTenant.Key other = published(tenant().key("live"));
    Answer wrong =
        send(
            form("/oauth2/token", Map.of("grant_type", "client_credentials"))
                .header("Authorization", basic(key.id.value(), other.secret)));
    assertThat(wrong.status()).isEqualTo(401);
    assertThat(wrong.field("error")).isEqualTo("invalid_client");
    assertThat(wrong.header("WWW-Authenticate")).startsWith("Basic ");
    assertThat(send(form("/oauth2/token", Map.of("x", "y"))).field("error"))
        .isEqualTo("invalid_request");
    assertThat(send(form("/oauth2/token", Map.of("grant_type", "password"))).field("error"))
        .isEqualTo("unsupported_grant_type");
    assertThat(refresh("klrt_unknown").field("error")).isEqualTo("invalid_grant");
    assertThat(
            send(to("/oauth2/token")
                    .header("Content-Type", "application/x-www-form-urlencoded")
                    .POST(
                        java.net.http.HttpRequest.BodyPublishers.ofString(
                            "grant_type=a&grant_type=b")))
                .field("error"))
        .isEqualTo("invalid_request");
  }

  @Test
  void section_6_aRefreshTokenIsGoodOnceAndReuseEndsTheFamily() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = token(key).field("refresh_token");
    Answer second = refresh(first);
    assertThat(second.status()).isEqualTo(200);
    assertThat(
            introspect(internal(), second.field("access_token")).json().path("active").asBoolean())
        .isTrue();

    assertThat(refresh(first).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(second.field("refresh_token")).field("error")).isEqualTo("invalid_grant");
  }

  @Test
  void section_10_4_aReuseIsToldAsActivityOnce() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    TestTenant.Key other = published(tenant.key("live"));
    reuse(token(key).field("refresh_token"));
    reuse(token(other).field("refresh_token"));

    assertThat(reusesIn(tenant, 2)).extracting(Activity::key).containsExactly(key.id, other.id);
  }

  private void reuse(String token) {
    assertThat(refresh(token).status()).isEqualTo(200);
    assertThat(refresh(token).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(token).field("error")).isEqualTo("invalid_grant");
  }

  /** The first so many that were told of this organisation. */
  private List<Activity> reusesIn(TestTenant tenant, int count) {
    KafkaSettings kafka = KafkaSettings.of(Servers.forTests().bootstrapServers());
    try (var consumer = new KafkaConsumer<String, byte[]>(kafka.consumer())) {
      consumer.assign(List.of(new TopicPartition(Topics.ACTIVITY, Topics.partitionOf(tenant.id))));
      consumer.seekToBeginning(consumer.assignment());
      var found = new ArrayList<Activity>();
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> {
            consumer
                .poll(Duration.ofMillis(100))
                .forEach(r -> {
                  if (r.key().equals(tenant.id.value())) {
                    found.add(EventCodec.decode(r.value(), Activity.class));
                  }
                });
            return found.stream().filter(a -> a.kind() == REFRESH_REUSED).count() >= count;
          });
      return found.stream().filter(a -> a.kind() == REFRESH_REUSED).toList();
    }
  }

  @Test
  void section_6_ofConcurrentRefreshesOneWins() throws Exception {
    TestTenant.Key key = published(tenant().key("live"));
    String first = token(key).field("refresh_token");
    try (var pool = Executors.newFixedThreadPool(8)) {
      List<Callable<Integer>> attempts =
          java.util.Collections.nCopies(8, () -> refresh(first).status());
      var statuses = new java.util.ArrayList<Integer>();
      for (var future : pool.invokeAll(attempts)) {
        statuses.add(future.get());
      }
      assertThat(statuses).filteredOn(s -> s == 200).hasSize(1);
      assertThat(statuses).filteredOn(s -> s == 400).hasSize(7);
    }
  }

  @Test
  void section_6_aRefreshTokenDiesWithTheSecretItCameFrom() {
    TestTenant tenant = tenant();
    TestTenant.Key rotated = published(tenant.key("live"));
    String ofOlder = token(rotated).field("refresh_token");
    publish(rotated.rotated(null));
    String ofNewer = token(rotated).field("refresh_token");
    publish(rotated.olderEndedAt(CLOCK.instant()));
    assertThat(refresh(ofOlder).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(ofNewer).status()).isEqualTo(200);

    TestTenant.Key revoked = published(tenant.key("live"));
    String ofRevoked = token(revoked).field("refresh_token");
    publish(revoked.revoked());
    assertThat(refresh(ofRevoked).field("error")).isEqualTo("invalid_grant");
  }

  @Test
  void section_6_rotationNeverStretchesAFamily() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = token(key).field("refresh_token");
    CLOCK.advance(Duration.ofDays(6));
    String second = refresh(first).field("refresh_token");
    assertThat(second).isNotNull();
    CLOCK.advance(Duration.ofDays(1));
    assertThat(refresh(second).field("error")).isEqualTo("invalid_grant");
  }

  private TestTenant renewing(Duration family) {
    TestTenant tenant = tenant();
    publish(
        tenant.withPolicy(p ->
            TestTenant.with(
                p,
                new KeyTokenRules(
                    KeyTokenRules.Format.JWT,
                    Duration.ofMinutes(15),
                    Duration.ofDays(7),
                    Refresh.RENEWED,
                    family))));
    return tenant;
  }

  @Test
  void section_6_wherePolicyRenewsItEachTokenLivesAsLongAgain() {
    String token = token(published(renewing(null).key("live"))).field("refresh_token");
    for (int i = 0; i < 5; i++) {
      CLOCK.advance(Duration.ofDays(6));
      token = refresh(token).field("refresh_token");
      assertThat(token).isNotNull();
    }
    CLOCK.advance(Duration.ofDays(7));
    assertThat(refresh(token).field("error")).isEqualTo("invalid_grant");
  }

  @Test
  void section_6_aShorterLifetimeOrNoneReachesFamiliesThatRunAlready() {
    for (Refresh refresh : Refresh.values()) {
      TestTenant tenant = tenant();
      govern(tenant, Duration.ofDays(7), refresh);
      TestTenant.Key key = published(tenant.key("live"));
      String kept = token(key).field("refresh_token");
      String shortened = token(key).field("refresh_token");
      String withdrawn = token(key).field("refresh_token");
      CLOCK.advance(Duration.ofDays(2));

      govern(tenant, Duration.ofDays(1), refresh);
      assertThat(refresh(shortened).field("error")).as("%s", refresh).isEqualTo("invalid_grant");
      govern(tenant, null, refresh);
      assertThat(refresh(withdrawn).field("error")).as("%s", refresh).isEqualTo("invalid_grant");
      // A refusal by policy uses nothing up.
      govern(tenant, Duration.ofDays(7), refresh);
      assertThat(refresh(kept).status()).as("%s", refresh).isEqualTo(200);
    }
  }

  private void govern(TestTenant tenant, Duration lifetime, Refresh refresh) {
    publish(
        tenant.withPolicy(p ->
            TestTenant.with(
                p,
                new KeyTokenRules(
                    KeyTokenRules.Format.JWT, Duration.ofMinutes(15), lifetime, refresh, null))));
  }

  @Test
  void section_6_deadTokensOfAFamilyThatLivesOnAreForgottenOnceTheyWouldHaveDied() {
    String first = token(published(renewing(null).key("live"))).field("refresh_token");
    CLOCK.advance(Duration.ofDays(6));
    String second = refresh(first).field("refresh_token");
    CLOCK.advance(Duration.ofDays(3));
    service.context().getBean(KeyRefreshTokens.class).forgetBefore(CLOCK.instant());

    assertThat(refresh(first).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(second).status()).isEqualTo(200);
  }

  @Test
  void section_6_ofOneKeyTheOldestFamilyMakesRoom() {
    TestTenant.Key key = published(renewing(null).key("live"));
    String first = token(key).field("refresh_token");
    String second = token(key).field("refresh_token");
    for (int i = 0; i < 99; i++) {
      token(key);
    }

    assertThat(refresh(first).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(second).status()).isEqualTo(200);
  }

  @Test
  void section_6_butNeitherBeyondItsFamilysBoundNorItsKeysEnd() {
    String bounded =
        token(published(renewing(Duration.ofDays(10)).key("live"))).field("refresh_token");
    String ending =
        token(
                published(
                    renewing(null)
                        .key("live")
                        .expiringAt(CLOCK.instant().plus(Duration.ofDays(10)))))
            .field("refresh_token");
    CLOCK.advance(Duration.ofDays(6));
    String ofBounded = refresh(bounded).field("refresh_token");
    String ofEnding = refresh(ending).field("refresh_token");
    assertThat(List.of(ofBounded, ofEnding)).doesNotContainNull();
    CLOCK.advance(Duration.ofDays(4));
    assertThat(refresh(ofBounded).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(ofEnding).field("error")).isEqualTo("invalid_grant");
  }

  @Test
  void section_6_aRefreshTokenWorksOnlyWhereItWasIssued() {
    TestTenant.Key key = published(tenant().key("live"));
    String canonical = token(key).field("refresh_token");
    Answer elsewhere =
        send(
            form("/oauth2/token", Map.of("grant_type", "refresh_token", "refresh_token", canonical))
                .header("Keyledger-Dialect", "octopus-cards"));
    assertThat(elsewhere.field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(canonical).status()).isEqualTo(200);
  }
}
