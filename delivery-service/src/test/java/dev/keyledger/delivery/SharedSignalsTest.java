package dev.keyledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.Caller;
import dev.keyledger.delivery.DeliveryServiceUnderTest.Answer;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.Origin;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testkit.StubServer;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.RSAPublicKeySpec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import tools.jackson.databind.JsonNode;

/** OpenID Shared Signals over a real broker, database and sockets: RFC 8417, 8935 and 8936. */
@Timeout(120)
class SharedSignalsTest {
  private static final String ISSUER = "http://localhost:8080";
  private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
  private static final String SESSION = CAEP + "session-revoked";
  private static final String CREDENTIAL = CAEP + "credential-change";
  private static final String VERIFICATION =
      "https://schemas.openid.net/secevent/ssf/event-type/verification";
  private static final String UPDATED =
      "https://schemas.openid.net/secevent/ssf/event-type/stream-updated";
  private static final Actor MEMBER =
      new Actor(Actor.Kind.MEMBER, person(), MemberId.of(UuidCreator.getTimeOrderedEpoch()), null);
  private static final Duration SOON = Duration.ofSeconds(30);

  private static WebhookScene scene;
  private static DeliveryServiceUnderTest service;

  private TestLedger.Stream organization;
  private Caller receiver;

  @BeforeAll
  static void start() {
    scene = new WebhookScene();
    service = scene.replica();
  }

  @AfterAll
  static void stop() {
    scene.close();
  }

  @BeforeEach
  void begin() {
    organization = scene.organization();
    receiver = key(Permissions.SSF_MANAGE);
  }

  private Caller key(String... permissions) {
    return DeliveryServiceUnderTest.caller(
        Caller.Kind.API_KEY, organization.id, Set.of(permissions));
  }

  /** A stream that the ledger says is there. */
  private SubscriptionId polled() {
    return stream(null, "", SESSION, CREDENTIAL);
  }

  private SubscriptionId stream(@Nullable String url, String shown, String... types) {
    SubscriptionId id = scene.stream(organization, receiver.key(), url, shown, types);
    await().atMost(SOON).until(() -> status(id).status() == 200);
    return id;
  }

  private Answer status(SubscriptionId stream) {
    return service.get(receiver, "/v1/ssf/status?stream_id=" + stream);
  }

  private Answer poll(SubscriptionId stream, String body) {
    return service.post(receiver, "/v1/ssf/streams/" + stream + "/poll", body);
  }

  /** What a receiver gets that has waited for so many. */
  private List<String> awaitTokens(SubscriptionId stream, int count) {
    var tokens = new ArrayList<String>();
    await()
        .atMost(SOON)
        .untilAsserted(() -> {
          JsonNode sets = poll(stream, "{\"returnImmediately\":true}").body().get("sets");
          tokens.clear();
          sets.forEach(one -> tokens.add(one.asString()));
          assertThat(tokens).hasSize(count);
        });
    return tokens;
  }

  private void revoke(KeyId key) {
    scene.publish(
        organization.next(
            new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, "told by jo", scene.clock.instant())));
  }

  private void endSession(EventId id, PersonId person) {
    scene.ledger.publish(
        new Activity(
            id,
            Activity.Kind.SESSION_ENDED,
            organization.id,
            person,
            SessionId.of(UuidCreator.getTimeOrderedEpoch()),
            "signed_out",
            scene.clock.instant(),
            null,
            null));
  }

  private static PersonId person() {
    return PersonId.of(UuidCreator.getTimeOrderedEpoch());
  }

  private static EventId event() {
    return EventId.of(UuidCreator.getTimeOrderedEpoch());
  }

  /** The claims of a token whose signature the published keys verify. */
  private static JsonNode verified(String token) throws Exception {
    String[] parts = token.split("\\.");
    JsonNode head = json(parts[0]);
    assertThat(head.get("typ").asString()).isEqualTo("secevent+jwt");
    assertThat(head.get("alg").asString()).isEqualTo("RS256");
    JsonNode keys =
        service.get(DeliveryServiceUnderTest.SERVICE, "/.well-known/ssf-jwks.json").body();
    for (JsonNode key : keys.get("keys")) {
      if (key.get("kid").equals(head.get("kid"))) {
        var signature = Signature.getInstance("SHA256withRSA");
        signature.initVerify(publicKey(key));
        signature.update((parts[0] + "." + parts[1]).getBytes(StandardCharsets.US_ASCII));
        assertThat(signature.verify(Base64.getUrlDecoder().decode(parts[2]))).isTrue();
        return json(parts[1]);
      }
    }
    throw new AssertionError("the key isn't published");
  }

  private static PublicKey publicKey(JsonNode key) throws Exception {
    var modulus = new BigInteger(1, Base64.getUrlDecoder().decode(key.get("n").asString()));
    assertThat(modulus.bitLength()).isGreaterThanOrEqualTo(2048);
    var exponent = new BigInteger(1, Base64.getUrlDecoder().decode(key.get("e").asString()));
    return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
  }

  private static JsonNode json(String part) {
    return EventCodec.mapper().readTree(Base64.getUrlDecoder().decode(part));
  }

  @Test
  void whatATransmitterIsStandsWhereReceiversLookForIt() {
    JsonNode told =
        service.get(DeliveryServiceUnderTest.SERVICE, "/.well-known/ssf-configuration").body();
    assertThat(told.get("spec_version").asString()).isEqualTo("1_0");
    assertThat(told.get("issuer").asString()).isEqualTo(ISSUER);
    assertThat(told.get("delivery_methods_supported").toString())
        .isEqualTo("[\"urn:ietf:rfc:8935\",\"urn:ietf:rfc:8936\"]");
    assertThat(told.get("authorization_schemes").toString()).contains("urn:ietf:rfc:6749");
    assertThat(told.get("default_subjects").asString()).isEqualTo("ALL");
    for (String endpoint :
        List.of("configuration", "status", "add_subject", "remove_subject", "verification")) {
      assertThat(told.get(endpoint + "_endpoint").asString()).startsWith(ISSUER + "/v1/ssf/");
    }
    assertThat(told.get("jwks_uri").asString()).isEqualTo(ISSUER + "/.well-known/ssf-jwks.json");
  }

  @Test
  void aRevokedKeyIsToldToWhoPollsUntilTheyHaveAcknowledgedIt() throws Exception {
    SubscriptionId stream = polled();
    KeyId key = TestLedger.newKey();
    revoke(key);

    String token = awaitTokens(stream, 1).getFirst();
    JsonNode claims = verified(token);
    assertThat(claims.get("iss").asString()).isEqualTo(ISSUER);
    assertThat(claims.get("aud").asString()).isEqualTo(ISSUER + "/v1/ssf/streams/" + stream);
    assertThat(claims.has("sub")).isFalse();
    assertThat(claims.has("exp")).isFalse();
    assertThat(claims.get("sub_id").toString())
        .isEqualTo("{\"format\":\"iss_sub\",\"iss\":\"" + ISSUER + "\",\"sub\":\"" + key + "\"}");
    assertThat(claims.get("txn").asString()).startsWith("evt_");
    assertThat(claims.get("events").size()).isEqualTo(1);
    JsonNode event = claims.get("events").get(CREDENTIAL);
    assertThat(event.get("change_type").asString()).isEqualTo("revoke");
    assertThat(event.get("reason_admin").get("en").asString())
        .isEqualTo("The API key was revoked.");
    assertThat(event.get("event_timestamp").asLong())
        .isEqualTo(scene.clock.instant().getEpochSecond());
    // The words of a member are no receiver's.
    assertThat(claims.toString()).doesNotContain("jo");

    // Until it is acknowledged it comes again, the same to the byte.
    assertThat(awaitTokens(stream, 1)).containsExactly(token);
    String jti = claims.get("jti").asString();
    Answer acknowledged =
        poll(stream, "{\"ack\":[\"" + jti + "\",\"unknown\"],\"returnImmediately\":true}");
    assertThat(acknowledged.body().toString()).isEqualTo("{\"sets\":{},\"moreAvailable\":false}");
    // The key's receipt has it too.
    await().atMost(SOON).until(() -> "answered".equals(lastReported(stream, "status")));
    assertThat(lastReported(stream, "channel")).isEqualTo("ssf_poll");
    assertThat(lastReported(stream, "answered_at")).isNotEmpty();
  }

  private static String lastReported(SubscriptionId stream, String field) {
    return scene.commandService.asked().stream()
        .filter(asked -> asked.target().equals("/internal/v1/receipts/receivers"))
        .flatMap(
            asked -> EventCodec.mapper().readTree(asked.body()).required("receivers").valueStream())
        .map(one -> one.required("receiver"))
        .filter(one -> one.required("subscription").asString().equals(stream.value()))
        .reduce((one, later) -> later)
        .map(one -> one.required(field).asString())
        .orElse("");
  }

  @Test
  void anEndedSessionIsToldOnceHoweverOftenItComes() throws Exception {
    SubscriptionId stream = polled();
    PersonId person = person();
    EventId ended = event();
    endSession(ended, person);
    endSession(ended, person);
    endSession(event(), person());

    JsonNode first = verified(awaitTokens(stream, 2).getFirst());
    assertThat(first.get("sub_id").get("sub").asString()).isEqualTo(person.value());
    assertThat(first.get("txn").asString()).isEqualTo(ended.value());
    JsonNode event = first.get("events").get(SESSION);
    assertThat(event.get("session").get("id").asString()).startsWith("ses_");
    assertThat(event.get("initiating_entity").asString()).isEqualTo("user");
    assertThat(first.get("events").get(SESSION).get("reason_admin").get("en").asString())
        .isNotBlank();
  }

  @Test
  void aReceiverIsToldOfTheTypesThatItAskedFor() throws Exception {
    SubscriptionId stream = stream(null, "", SESSION, "https://example.com/unknown");
    revoke(TestLedger.newKey());
    endSession(event(), person());

    assertThat(verified(awaitTokens(stream, 1).getFirst()).get("events").has(SESSION)).isTrue();
    JsonNode shown = service.get(receiver, "/v1/ssf/streams?stream_id=" + stream).body();
    assertThat(shown.get("events_requested").size()).isEqualTo(2);
    assertThat(shown.get("events_delivered").toString()).isEqualTo("[\"" + SESSION + "\"]");
  }

  @Test
  void moreThanWasAskedForWaitsAndWhatIsRefusedIsDead() throws Exception {
    SubscriptionId stream = polled();
    revoke(TestLedger.newKey());
    revoke(TestLedger.newKey());
    JsonNode two = verified(awaitTokens(stream, 2).getFirst());
    Answer one = poll(stream, "{\"maxEvents\":1,\"returnImmediately\":true}");
    assertThat(one.body().get("sets").size()).isEqualTo(1);
    assertThat(one.body().get("moreAvailable").asBoolean()).isTrue();

    String jti = two.get("jti").asString();
    poll(
        stream,
        "{\"setErrs\":{\""
            + jti
            + "\":{\"err\":\"invalid_key\",\"description\":\"x\"}},\"maxEvents\":0}");
    assertThat(awaitTokens(stream, 1)).hasSize(1);
    Caller member = key(Permissions.SUBSCRIPTIONS_READ);
    JsonNode dead =
        service
            .get(
                member,
                "/v1/organizations/"
                    + organization.id
                    + "/subscriptions/"
                    + stream
                    + "/deliveries?status=dead")
            .body();
    assertThat(dead.get("items").size()).isEqualTo(1);
    assertThat(dead.get("items").get(0).get("type").asString()).isEqualTo(CREDENTIAL);
    assertThat(dead.get("items").get(0).get("attempts").get(0).get("error").asString())
        .isEqualTo("invalid_key");
  }

  @Test
  void whoPollsWaitsForWhatComes() throws Exception {
    SubscriptionId stream = polled();
    var came = new ArrayList<Answer>();
    Thread waiting = Thread.ofVirtual().start(() -> came.add(poll(stream, "{}")));
    revoke(TestLedger.newKey());
    assertThat(waiting.join(SOON)).isTrue();
    assertThat(came.getFirst().body().get("sets").size()).isEqualTo(1);
  }

  @Test
  void aTokenIsPushedWithWhatItsReceiverIsShownAndTheSameOneAfterARefusal() throws Exception {
    try (var pushed = new StubServer()) {
      pushed.answerJson(400, "{\"err\":\"authentication_failed\",\"description\":\"secret\"}");
      SubscriptionId stream = stream(pushed.url() + "/set", "Bearer of-the-receiver", CREDENTIAL);
      revoke(TestLedger.newKey());
      await().atMost(SOON).until(() -> !pushed.asked().isEmpty());
      pushed.answerJson(202, "");
      await()
          .atMost(SOON)
          .until(() -> {
            scene.clock.advance(Duration.ofSeconds(10));
            return pushed.asked().size() > 1;
          });

      for (StubServer.Asked asked : pushed.asked()) {
        assertThat(asked.headers().getFirst("Content-Type")).isEqualTo("application/secevent+jwt");
        assertThat(asked.headers().getFirst("Authorization")).isEqualTo("Bearer of-the-receiver");
        assertThat(asked.headers()).doesNotContainKey("Webhook-signature");
        assertThat(asked.body()).isEqualTo(pushed.asked().getFirst().body());
      }
      assertThat(verified(pushed.last().body()).get("events").has(CREDENTIAL)).isTrue();
      String path = "/v1/organizations/" + organization.id + "/subscriptions/" + stream;
      await()
          .atMost(SOON)
          .untilAsserted(() -> {
            JsonNode one =
                service
                    .get(key(Permissions.SUBSCRIPTIONS_READ), path + "/deliveries")
                    .body()
                    .get("items")
                    .get(0);
            assertThat(one.get("status").asString()).isEqualTo("delivered");
            assertThat(one.get("attempts").get(0).get("error").asString())
                .isEqualTo("authentication_failed");
            assertThat(one.toString()).doesNotContain("secret");
          });
      assertThat(service.get(receiver, "/v1/ssf/streams").body().toString())
          .doesNotContain("of-the-receiver");
    }
  }

  @Test
  void whatOnePlaceIsShownIsNeverShownToAnother() {
    try (var former = new StubServer();
        var latter = new StubServer()) {
      former.answerJson(202, "");
      latter.answerJson(202, "");
      SubscriptionId stream = stream(former.url() + "/set", "Bearer former", CREDENTIAL);
      String url = latter.url() + "/set";
      long told = organization.position() + 3;
      scene.showAnother(organization, stream, told, url, "Bearer latter");
      revoke(TestLedger.newKey());
      await().atMost(SOON).until(() -> scene.reached(organization) == told - 2);
      scene.publish(
          organization,
          new SubscriptionChanged(
              stream,
              new Settings(null, former.url() + "/set", null),
              new Settings(null, url, null),
              scene.clock.instant()));
      await().atMost(SOON).until(() -> scene.reached(organization) == told - 1);
      scene.publish(
          organization,
          new SubscriptionSecretRotated(
              stream,
              SubscriptionSecret.committed(2, "sealed", null, scene.clock.instant()),
              scene.clock.instant(),
              scene.clock.instant()));
      await()
          .atMost(SOON)
          .until(() -> {
            scene.clock.advance(Duration.ofSeconds(10));
            return !latter.asked().isEmpty();
          });

      assertThat(latter.last().headers().getFirst("Authorization")).isEqualTo("Bearer latter");
      assertThat(former.asked()).isEmpty();
    }
  }

  @Test
  void aPollBeyondTwoThatWaitIsAnsweredAtOnce() throws Exception {
    SubscriptionId stream = polled();
    List<Thread> waiting = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      waiting.add(Thread.ofVirtual().start(() -> poll(stream, "{}")));
    }
    await()
        .atMost(Duration.ofSeconds(10))
        .until(() -> waiting.stream().filter(Thread::isAlive).count() == 2);
    revoke(TestLedger.newKey());
    for (Thread one : waiting) {
      assertThat(one.join(SOON)).isTrue();
    }
  }

  @Test
  void aStreamIsItsReceiversAlone() {
    SubscriptionId stream = polled();
    Caller other = key(Permissions.SSF_MANAGE);
    String named = "/v1/ssf/streams?stream_id=" + stream;
    assertThat(service.get(other, named).status()).isEqualTo(404);
    assertThat(service.send(other, "DELETE", named, "").status()).isEqualTo(404);
    assertThat(service.post(other, "/v1/ssf/streams/" + stream + "/poll", "{}").status())
        .isEqualTo(404);
    assertThat(service.get(other, "/v1/ssf/streams").body().toString()).isEqualTo("[]");
    Caller reader = key(Permissions.AUDIT_READ);
    assertThat(service.get(reader, named).status()).isEqualTo(403);
    assertThat(service.post(key(Permissions.SSF_READ), "/v1/ssf/streams", "{}").status())
        .isEqualTo(403);
    assertThat(service.get(DeliveryServiceUnderTest.SERVICE, named).status()).isEqualTo(403);
  }

  @Test
  void aVerificationComesWithItsStateOnceAMinute() throws Exception {
    SubscriptionId stream = polled();
    String asked = "{\"stream_id\":\"" + stream + "\",\"state\":\"a state\"}";
    assertThat(service.post(receiver, "/v1/ssf/verification", asked).status()).isEqualTo(204);
    JsonNode claims = verified(awaitTokens(stream, 1).getFirst());
    assertThat(claims.get("sub_id").toString())
        .isEqualTo("{\"format\":\"opaque\",\"id\":\"" + stream + "\"}");
    assertThat(claims.get("events").get(VERIFICATION).get("state").asString()).isEqualTo("a state");

    Answer again = service.post(receiver, "/v1/ssf/verification", asked);
    assertThat(again.status()).isEqualTo(429);
    assertThat(again.body().get("code").asString()).isEqualTo("too_many_verifications");
  }

  @Test
  void whatComesWaitsWhileAStreamIsPausedAndIsLostWhileItIsDisabled() throws Exception {
    SubscriptionId stream = polled();
    pause(stream, SubscriptionPaused.Cause.DISABLED);
    revoke(TestLedger.newKey());
    awaitStatus(stream, "disabled");
    pause(stream, SubscriptionPaused.Cause.REQUESTED);
    KeyId kept = TestLedger.newKey();
    revoke(kept);
    awaitStatus(stream, "paused");
    assertThat(awaitTokens(stream, 0)).isEmpty();
    scene.publish(
        organization.next(
            new SubscriptionResumed(stream, scene.clock.instant()), Actor.SYSTEM, Origin.NONE));

    JsonNode claims = verified(awaitTokens(stream, 1).getFirst());
    assertThat(claims.get("sub_id").get("sub").asString()).isEqualTo(kept.value());
  }

  @Test
  void aReceiverIsToldThatAMemberPausedItsStreamThoughItIsPaused() throws Exception {
    try (var pushed = new StubServer()) {
      pushed.answerJson(202, "");
      SubscriptionId stream = stream(pushed.url() + "/set", "", CREDENTIAL);
      scene.publish(organization.next(pauseOf(stream), MEMBER, Origin.NONE));
      revoke(TestLedger.newKey());
      await().atMost(SOON).until(() -> pushed.asked().size() == 1);
      assertThat(verified(pushed.last().body()).get("events").get(UPDATED).get("status").asString())
          .isEqualTo("paused");
      assertThat(pushed.last().headers()).doesNotContainKey("Authorization");
      scene.publish(
          organization.next(
              new SubscriptionResumed(stream, scene.clock.instant()), MEMBER, Origin.NONE));
      await().atMost(SOON).until(() -> pushed.asked().size() == 3);

      SubscriptionId polled = polled();
      scene.publish(organization.next(pauseOf(polled), MEMBER, Origin.NONE));
      revoke(TestLedger.newKey());
      JsonNode told = verified(awaitTokens(polled, 1).getFirst());
      assertThat(told.get("events").has(UPDATED)).isTrue();
    }
  }

  private static SubscriptionPaused pauseOf(SubscriptionId stream) {
    return new SubscriptionPaused(
        stream, SubscriptionPaused.Cause.REQUESTED, "told by jo", scene.clock.instant());
  }

  private void pause(SubscriptionId stream, SubscriptionPaused.Cause cause) {
    scene.publish(
        organization.next(
            new SubscriptionPaused(stream, cause, null, scene.clock.instant()),
            Actor.SYSTEM,
            Origin.NONE));
  }

  private void awaitStatus(SubscriptionId stream, String expected) {
    await()
        .atMost(SOON)
        .until(() -> status(stream).body().get("status").asString().equals(expected));
  }

  @Test
  void ofASubjectThatWasRemovedNothingIsToldUntilItIsAddedAgain() throws Exception {
    SubscriptionId stream = polled();
    KeyId removed = TestLedger.newKey();
    KeyId told = TestLedger.newKey();
    assertThat(service.post(receiver, "/v1/ssf/subjects/remove", subject(stream, removed)).status())
        .isEqualTo(204);
    revoke(removed);
    revoke(told);
    JsonNode claims = verified(awaitTokens(stream, 1).getFirst());
    assertThat(claims.get("sub_id").get("sub").asString()).isEqualTo(told.value());
    assertThat(service.post(receiver, "/v1/ssf/subjects/add", subject(stream, removed)).status())
        .isEqualTo(200);
    revoke(removed);
    assertThat(awaitTokens(stream, 2)).hasSize(2);
    String foreign = subject(stream, removed).replace(ISSUER, "https://other.example");
    assertThat(service.post(receiver, "/v1/ssf/subjects/remove", foreign).status()).isEqualTo(404);
  }

  private static String subject(SubscriptionId stream, KeyId key) {
    return "{\"stream_id\":\""
        + stream
        + "\",\"subject\":{\"format\":\"iss_sub\",\"iss\":\""
        + ISSUER
        + "\",\"sub\":\""
        + key
        + "\"}}";
  }

  @Test
  void whatAReceiverAsksForIsTheLedgersToDecide() {
    scene.commandService.answerJson(200, "{\"position\":0,\"at\":\"2026-11-27T10:00:00.000Z\"}");
    Answer created = service.post(receiver, "/v1/ssf/streams", "{\"description\":\"SIEM\"}");
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.body().get("delivery").get("method").asString())
        .isEqualTo("urn:ietf:rfc:8936");
    JsonNode asked = EventCodec.mapper().readTree(scene.commandService.last().body());
    assertThat(asked.get("by").get("key").asString()).isEqualTo(receiver.key().value());
    assertThat(asked.get("url").asString())
        .isEqualTo("/v1/ssf/streams/" + created.body().get("stream_id").asString() + "/poll");

    scene.commandService.answerJson(
        409, "{\"code\":\"stream_exists\",\"detail\":\"The key has a stream already.\"}");
    Answer refused = service.post(receiver, "/v1/ssf/streams", "{}");
    assertThat(refused.status()).isEqualTo(409);
    assertThat(refused.body().get("code").asString()).isEqualTo("stream_exists");
    scene.commandService.answerJson(200, "{\"position\":1}");
  }
}
