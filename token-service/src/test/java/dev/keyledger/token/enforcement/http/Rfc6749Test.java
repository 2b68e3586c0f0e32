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
import java.net.http.HttpRequest.BodyPublishers;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Collectors;
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
  void section_2_3_1_idAndSecretAreDecodedAndStandForNothingElse() {
    TestTenant.Key key = published(tenant().key("live"));
    String encoded = key.secret.chars().mapToObj("%%%02x"::formatted).collect(Collectors.joining());
    Map<String, String> grant = Map.of("grant_type", "client_credentials");
    assertThat(
            send(form("/oauth2/token", grant)
                    .header("Authorization", basic(key.id.value(), encoded)))
                .status())
        .isEqualTo(200);
    for (String broken : List.of(key.secret + "%", key.secret + "%zz", "%")) {
      Answer answer =
          send(form("/oauth2/token", grant).header("Authorization", basic(key.id.value(), broken)));
      assertThat(answer.status()).as(broken).isEqualTo(401);
      assertThat(answer.field("error")).as(broken).isEqualTo("invalid_client");
    }
  }

  @Test
  void section_3_2_aParameterStandsOnceAndOneWithoutValueIsNone() {
    TestTenant.Key key = published(tenant().key("live"));
    for (String body :
        List.of(
            "grant_type=client_credentials&grant_type=client_credentials",
            "grant_type=client_credentials&scope=clients.read&scope=clients.read",
            "grant_type=client_credentials&sc%6Fpe=clients.read&scope=clients.write",
            "grant_type=refresh_token",
            "grant_type=refresh_token&refresh_token=",
            "grant_type=",
            "grant_type=%zz")) {
      Answer answer = posted(key, body);
      assertThat(answer.status()).as(body).isEqualTo(400);
      assertThat(answer.field("error")).as(body).isEqualTo("invalid_request");
    }
    Answer empty = posted(key, "grant_type=client_credentials&scope=&client_id=&resource");
    assertThat(empty.status()).isEqualTo(200);
    assertThat(empty.field("scope")).isEqualTo("clients.read clients.write keys.verify");
  }

  private static Answer posted(TestTenant.Key client, String body) {
    return send(
        to("/oauth2/token")
            .header("Content-Type", "application/x-www-form-urlencoded")
            .header("Authorization", basic(client.id.value(), client.secret))
            .POST(BodyPublishers.ofString(body)));
  }

  @Test
  void section_2_3_twoWaysAtOnceAreRefused() {
    TestTenant.Key key = published(tenant().key("live"));
    Answer answer = token(key, "client_id", key.id.value(), "client_secret", key.secret);
    assertThat(answer.status()).isEqualTo(400);
    assertThat(answer.field("error")).isEqualTo("invalid_request");
    Map<String, String> inForm =
        parameters(
            "grant_type",
            "client_credentials",
            "client_id",
            key.id.value(),
            "client_secret",
            key.secret);
    Answer withApiKey = send(form("/oauth2/token", inForm).header("X-Api-Key", key.secret));
    assertThat(withApiKey.status()).isEqualTo(400);
    assertThat(withApiKey.field("error")).isEqualTo("invalid_request");
    Answer twice =
        send(
            form("/oauth2/token", Map.of("grant_type", "client_credentials"))
                .header("Authorization", basic(key.id.value(), key.secret))
                .header("Authorization", basic(key.id.value(), key.secret)));
    assertThat(twice.field("error")).isEqualTo("invalid_request");
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
                    .POST(BodyPublishers.ofString("grant_type=a&grant_type=b")))
                .field("error"))
        .isEqualTo("invalid_request");
  }

  @Test
  void section_6_aClientThatHasASecretShowsItAtEachRefresh() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = token(key).field("refresh_token");
    for (Answer answer :
        List.of(
            refresh(first),
            refresh(first, "client_id", key.id.value()),
            refresh(first, "client_id", key.id.value(), "client_secret", ""),
            refresh(first, "client_id", published(tenant().key("live")).id.value()),
            refresh(first, "client_id", key.id.value(), "client_secret", key.secret + "x"))) {
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.field("error")).isEqualTo("invalid_client");
      assertThat(answer.header("WWW-Authenticate")).startsWith("Basic ");
    }
    // Nothing was used up, and both ways of authenticating are as good.
    Answer second = refresh(key, first);
    assertThat(second.status()).isEqualTo(200);
    Answer third =
        refresh(
            second.field("refresh_token"),
            "client_id",
            key.id.value(),
            "client_secret",
            key.secret);
    assertThat(third.status()).isEqualTo(200);
    assertThat(refresh(third.field("refresh_token")).field("error")).isEqualTo("invalid_client");
  }

  @Test
  void section_6_aTokenIsBoundToItsClientAndAnotherUsesNothingUp() {
    TestTenant tenant = tenant();
    TestTenant.Key key = published(tenant.key("live"));
    TestTenant.Key other = published(tenant.key("live"));
    for (String token : List.of(token(key).field("refresh_token"), exchanged(key))) {
      Answer another = refresh(other, token);
      assertThat(another.status()).isEqualTo(400);
      assertThat(another.field("error")).isEqualTo("invalid_grant");
      assertThat(refresh(key, token).status()).isEqualTo(200);
    }
  }

  /** Whoever exchanged a key at {@code /v1/tokens} is no OAuth client, and need not be one. */
  @Test
  void section_6_aPairOfAnExchangeIsRefreshedByItsTokenAloneAndNoOtherClientIsNamed() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = exchanged(key);
    assertThat(refresh(first, "client_id", "another").field("error")).isEqualTo("invalid_grant");
    Answer second = refresh(first, "client_id", key.id.value());
    assertThat(second.status()).isEqualTo(200);
    assertThat(refresh(second.field("refresh_token")).status()).isEqualTo(200);
  }

  @Test
  void section_6_lessCanBeAskedForAtARefreshForItsAccessTokenAlone() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = token(key, "scope", "clients.read clients.write").field("refresh_token");

    Answer less = refresh(key, first, "scope", "clients.read");

    assertThat(less.field("scope")).isEqualTo("clients.read");
    assertThat(introspect(internal(), less.field("access_token")).field("scope"))
        .isEqualTo("clients.read");
    Answer again = refresh(key, less.field("refresh_token"));
    assertThat(again.field("scope")).isEqualTo("clients.read clients.write");
    Answer same = refresh(key, again.field("refresh_token"), "scope", "clients.write clients.read");
    assertThat(same.field("scope")).isEqualTo("clients.read clients.write");
  }

  @Test
  void section_6_moreThanWasGrantedIsRefusedAndNothingIsUsedUp() {
    TestTenant.Key key = published(tenant().key("live"));
    String narrow = token(key, "scope", "clients.read").field("refresh_token");
    String whole = exchanged(key);
    for (String scope : List.of("keys.verify", "clients.read keys.verify", "planets.read", " ")) {
      for (String token : List.of(narrow, whole)) {
        if (token.equals(whole) && scope.contains("keys")) {
          continue; // That one was granted.
        }
        Answer answer = refresh(key, token, "scope", scope);
        assertThat(answer.status()).as(scope).isEqualTo(400);
        assertThat(answer.field("error")).as(scope).isEqualTo("invalid_scope");
      }
    }
    assertThat(refresh(key, narrow, "scope", "").field("scope")).isEqualTo("clients.read");
    assertThat(refresh(key, whole, "scope", "keys.verify").field("scope")).isEqualTo("keys.verify");
  }

  @Test
  void section_6_aRefreshTokenIsGoodOnceAndReuseEndsTheFamily() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = exchanged(key);
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
    reuse(exchanged(key));
    reuse(exchanged(other));

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
    String first = exchanged(key);
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
    String ofOlder = exchanged(rotated);
    publish(rotated.rotated(null));
    String ofNewer = exchanged(rotated);
    publish(rotated.olderEndedAt(CLOCK.instant()));
    assertThat(refresh(ofOlder).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(ofNewer).status()).isEqualTo(200);

    TestTenant.Key revoked = published(tenant.key("live"));
    String ofRevoked = exchanged(revoked);
    publish(revoked.revoked());
    assertThat(refresh(ofRevoked).field("error")).isEqualTo("invalid_grant");
  }

  @Test
  void section_6_rotationNeverStretchesAFamily() {
    TestTenant.Key key = published(tenant().key("live"));
    String first = exchanged(key);
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
    String token = exchanged(published(renewing(null).key("live")));
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
      String kept = exchanged(key);
      String shortened = exchanged(key);
      String withdrawn = exchanged(key);
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
    String first = exchanged(published(renewing(null).key("live")));
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
    String first = exchanged(key);
    String second = exchanged(key);
    for (int i = 0; i < 99; i++) {
      token(key);
    }

    assertThat(refresh(first).field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(second).status()).isEqualTo(200);
  }

  @Test
  void section_6_butNeitherBeyondItsFamilysBoundNorItsKeysEnd() {
    String bounded = exchanged(published(renewing(Duration.ofDays(10)).key("live")));
    String ending =
        exchanged(
            published(
                renewing(null).key("live").expiringAt(CLOCK.instant().plus(Duration.ofDays(10)))));
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
    String canonical = exchanged(key);
    Answer elsewhere =
        send(
            form("/oauth2/token", Map.of("grant_type", "refresh_token", "refresh_token", canonical))
                .header("Keyledger-Dialect", "octopus-cards"));
    assertThat(elsewhere.field("error")).isEqualTo("invalid_grant");
    assertThat(refresh(canonical).status()).isEqualTo(200);
  }
}
