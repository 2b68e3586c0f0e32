package dev.keyledger.token.enforcement.http;

import static dev.keyledger.events.feed.Activity.Kind.REFRESH_REUSED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Topics;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.EndedTokens;
import dev.keyledger.token.enforcement.refresh.KeyRefreshTokens;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Nested;
import org.junit.jupiter.api.Test;

/** Named by the section of the standard that each test is about. */
class OauthTest extends EnforcementTest {
  private static Answer token(TestTenant.Key key, String... more) {
    return send(
        form("/oauth2/token", parameters("grant_type", "client_credentials", more))
            .header("Authorization", basic(key.id.value(), key.secret)));
  }

  private static Map<String, String> parameters(String name, String value, String... more) {
    var all = new java.util.LinkedHashMap<String, String>();
    all.put(name, value);
    for (int i = 0; i < more.length; i += 2) {
      all.put(more[i], more[i + 1]);
    }
    return all;
  }

  private static String internal() {
    return "Bearer " + service.context().getBean(InternalTokens.class).make("test-service");
  }

  private static Answer introspect(String authorization, String token, String... more) {
    return send(
        form("/oauth2/introspect", parameters("token", token, more))
            .header("Authorization", authorization));
  }

  private static Answer refresh(String refreshToken, String... more) {
    return send(
        form(
            "/oauth2/token",
            parameters(
                "grant_type",
                "refresh_token",
                java.util.stream.Stream.concat(
                        java.util.stream.Stream.of("refresh_token", refreshToken),
                        java.util.Arrays.stream(more))
                    .toArray(String[]::new))));
  }

  @Nested
  class Rfc6749 {
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
              introspect(internal(), second.field("access_token"))
                  .json()
                  .path("active")
                  .asBoolean())
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
        consumer.assign(
            List.of(new TopicPartition(Topics.ACTIVITY, Topics.partitionOf(tenant.id))));
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
              form(
                      "/oauth2/token",
                      Map.of("grant_type", "refresh_token", "refresh_token", canonical))
                  .header("Keyledger-Dialect", "octopus-cards"));
      assertThat(elsewhere.field("error")).isEqualTo("invalid_grant");
      assertThat(refresh(canonical).status()).isEqualTo(200);
    }
  }

  @Nested
  class Rfc7662 {
    @Test
    void section_2_2_anActiveTokenIsDescribed() {
      TestTenant tenant = tenant();
      TestTenant.Key key = published(tenant.key("live", "clients.read"));
      Answer answer = introspect(internal(), token(key).field("access_token"));
      assertThat(answer.json().path("active").asBoolean()).isTrue();
      assertThat(answer.field("kind")).isEqualTo("api_key");
      assertThat(answer.field("sub")).isEqualTo(key.id.value());
      assertThat(answer.field("client_id")).isEqualTo(key.id.value());
      assertThat(answer.field("key_id")).isEqualTo(key.id.value());
      assertThat(answer.field("org")).isEqualTo(tenant.id.value());
      assertThat(answer.field("slug")).isEqualTo(tenant.slug);
      assertThat(answer.field("mem")).isEqualTo(tenant.owner.value());
      assertThat(answer.field("env")).isEqualTo("live");
      assertThat(answer.field("scope")).isEqualTo("clients.read");
      assertThat(answer.json().path("ipb").asBoolean(true)).isFalse();
      assertThat(answer.json().path("pos").asLong()).isEqualTo(tenant.position());
      assertThat(answer.json().path("exp").asLong() - answer.json().path("iat").asLong())
          .isEqualTo(900);
    }

    @Test
    void section_2_2_aBadOrAnotherTenantsTokenIsInactiveAndNothingElse() {
      TestTenant.Key mine = published(tenant().key("live"));
      TestTenant.Key theirs = published(tenant().key("live"));
      String token = token(theirs).field("access_token");
      String basic = basic(mine.id.value(), mine.secret);
      for (String text : List.of("rubbish", token, token + "x", theirs.secret, "a.b.c")) {
        assertThat(introspect(basic, text).text()).isEqualTo("{\"active\":false}");
      }
      assertThat(introspect(basic, token(mine).field("access_token")).text())
          .startsWith("{\"active\":true");
    }

    @Test
    void section_2_1_theCallerAuthenticates() {
      Answer answer = send(form("/oauth2/introspect", Map.of("token", "x")));
      assertThat(answer.status()).isEqualTo(401);
      assertThat(answer.field("error")).isEqualTo("invalid_client");
    }

    @Test
    void rawKeysAreIntrospectedTooAndTheReasonIsForOurOwnServices() {
      TestTenant tenant = tenant();
      TestTenant.Key key = published(tenant.key("live"));
      assertThat(introspect(internal(), key.secret).field("kind")).isEqualTo("api_key");
      publish(key.revoked());
      assertThat(introspect(internal(), key.secret).text())
          .isEqualTo("{\"active\":false,\"code\":\"revoked\"}");
      TestTenant platform = tenant();
      publish(platform.ofKind(OrganizationKind.PLATFORM));
      TestTenant.Key serviceKey = published(platform.key("live", "clients.read"));
      Answer service = introspect(internal(), serviceKey.secret);
      assertThat(service.field("kind")).isEqualTo("service");
      assertThat(service.json().has("org")).isFalse();
      assertThat(introspect("Bearer " + serviceKey.secret, key.secret).text())
          .isEqualTo("{\"active\":false,\"code\":\"revoked\"}");
    }

    @Test
    void anAllowlistNeedsTheClientsAddress() {
      TestTenant tenant = tenant();
      TestTenant.Key key = published(tenant.key("live"));
      String token = token(key).field("access_token");
      publish(tenant.allowing("198.51.100.0/24"));
      assertThat(introspect(internal(), token).field("code")).isEqualTo("ip_not_allowed");
      assertThat(introspect(internal(), token, "client_ip", "203.0.113.1").field("code"))
          .isEqualTo("ip_not_allowed");
      Answer from = introspect(internal(), token, "client_ip", "198.51.100.1");
      assertThat(from.json().path("active").asBoolean()).isTrue();
      assertThat(from.json().path("ipb").asBoolean()).isTrue();
    }
  }

  @Nested
  class Rfc7009 {
    private Answer revoke(String authorization, String token, String... headers) {
      var request =
          form("/oauth2/revoke", Map.of("token", token)).header("Authorization", authorization);
      return send(headers.length == 0 ? request : request.headers(headers));
    }

    @Test
    void section_2_1_aClientEndsItsOwnAccessToken() {
      TestTenant.Key key = published(tenant().key("live"));
      String token = token(key).field("access_token");
      String other = token(key).field("access_token");
      Answer revoked = revoke(basic(key.id.value(), key.secret), token, "Prefer", "wait=10");
      assertThat(revoked.status()).isEqualTo(200);
      assertThat(revoked.header("Keyledger-In-Force")).isEqualTo("true");
      assertThat(revoked.header("Preference-Applied")).isEqualTo("wait=10");
      assertThat(introspect(internal(), token).field("code")).isEqualTo("revoked");
      assertThat(revoke(basic(key.id.value(), key.secret), token).header("Keyledger-In-Force"))
          .isNull();
      assertThat(introspect(internal(), other).json().path("active").asBoolean()).isTrue();
    }

    @Test
    void section_2_1_andItsRefreshTokenWithItsWholeFamily() {
      TestTenant.Key key = published(tenant().key("live"));
      String first = token(key).field("refresh_token");
      String second = refresh(first).field("refresh_token");
      revoke(basic(key.id.value(), key.secret), second);
      assertThat(refresh(second).field("error")).isEqualTo("invalid_grant");
    }

    @Test
    void section_2_1_notSomebodyElses() {
      TestTenant tenant = tenant();
      TestTenant.Key mine = published(tenant.key("live"));
      TestTenant.Key theirs = published(tenant.key("live"));
      Answer grant = token(theirs);
      Answer answer = revoke(basic(mine.id.value(), mine.secret), grant.field("access_token"));
      assertThat(answer.field("error")).isEqualTo("unauthorized_client");
      revoke(basic(mine.id.value(), mine.secret), grant.field("refresh_token"));
      assertThat(refresh(grant.field("refresh_token")).status()).isEqualTo(200);
    }

    @Test
    void section_2_2_whatIsUnknownIsAnsweredLikeSuccess() {
      TestTenant.Key key = published(tenant().key("live"));
      String basic = basic(key.id.value(), key.secret);
      assertThat(revoke(basic, "rubbish").status()).isEqualTo(200);
      assertThat(revoke(basic, "klrt_unknown").status()).isEqualTo(200);
    }

    @Test
    void section_2_2_1_keysAreNotRevokedHere() {
      TestTenant.Key key = published(tenant().key("live"));
      assertThat(revoke(basic(key.id.value(), key.secret), key.secret).field("error"))
          .isEqualTo("unsupported_token_type");
    }
  }

  @Nested
  class Feeds {
    @Test
    void aSessionEndedByAnotherReplicaIsEndedHere() {
      var ended = service.context().getBean(EndedTokens.class);
      var session =
          dev.keyledger.events.id.SessionId.of(
              com.github.f4b6a3.uuid.UuidCreator.getTimeOrderedEpoch());
      TestTenant tenant = tenant();
      service
          .ledger()
          .publish(
              new Revocation(
                  tenant.id,
                  "sessions:" + tenant.id.value(),
                  1,
                  null,
                  Revocation.Subject.SESSION,
                  session.value(),
                  CLOCK.instant(),
                  Revocation.Effect.END,
                  true,
                  CLOCK.instant()));
      await().atMost(Duration.ofSeconds(5)).until(() -> ended.hasEnded(session));
    }
  }

  @Nested
  class Rfc8414 {
    @Test
    void section_3_2_theMetadataNamesWhatIsThere() {
      Answer answer = send(to("/.well-known/oauth-authorization-server").GET());
      assertThat(answer.field("issuer")).isEqualTo("http://localhost:8080");
      assertThat(answer.field("token_endpoint")).isEqualTo("http://localhost:8080/oauth2/token");
      assertThat(answer.field("jwks_uri")).endsWith("/.well-known/jwks.json");
    }
  }
}
