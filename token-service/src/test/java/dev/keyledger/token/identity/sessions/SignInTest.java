package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.policy.SessionRules.SecondStep;
import dev.keyledger.token.AtOnce;
import dev.keyledger.token.ParkingEncoder;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

class SignInTest extends PeopleHttpTest {
  @Autowired private ParkingEncoder encoder;

  private final String email = someEmail();

  @Test
  void aMemberSignsInAndTheTokenSaysWhereTheyAct() {
    Org org = org();
    org.member(email);

    Api.Answer answer = signIn(email);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(answer.field("session_id")).startsWith("ses_");
    assertThat(answer.field("token_type")).isEqualTo("Bearer");
    assertThat(answer.json().path("expires_in").asInt()).isEqualTo(900);
    assertThat(answer.field("refresh_token")).startsWith("klr_");
    assertThat(answer.json().has("second_step_enrolment")).isFalse();
    assertThat(answer.header("Cache-Control")).isEqualTo("no-store");
    assertThat(claimsOf(answer.field("access_token")))
        .contains(org.id.value())
        .contains("api_keys.create");
  }

  @Test
  void anUnknownPersonAWrongPasswordAForeignOrganisationAndALockOutAreAnsweredAlike() {
    org().member(email);
    Org foreign = org();
    Api.Answer wrong = api.post("/v1/sessions", Map.of("email", email, "password", "wrong"));
    Api.Answer unknown =
        api.post("/v1/sessions", Map.of("email", someEmail(), "password", PASSWORD));
    Api.Answer noAddress = api.post("/v1/sessions", Map.of("email", "x", "password", PASSWORD));
    Api.Answer elsewhere =
        api.post(
            "/v1/sessions",
            Map.of("email", email, "password", PASSWORD, "organization", foreign.slug));
    for (int i = 0; i < 10; i++) {
      anotherAddress().post("/v1/sessions", Map.of("email", email, "password", "wrong"));
    }
    Api.Answer locked =
        anotherAddress().post("/v1/sessions", Map.of("email", email, "password", PASSWORD));

    assertThat(wrong.code()).isEqualTo("401 invalid_credentials");
    assertThat(List.of(unknown, noAddress, elsewhere, locked))
        .allSatisfy(other -> {
          assertThat(other.status()).isEqualTo(401);
          assertThat(other.text()).isEqualTo(wrong.text());
        });
  }

  @ParameterizedTest
  @ValueSource(strings = {"\\ud800", "a\\udc00b", "\\u0000", "\\u202e", "\\u200b", "\\n"})
  void aPasswordThatNobodyCanHaveIsAWrongOneAndNoneThatIsTaken(String text) {
    org().member(email);

    String wrong = "{\"email\":\"%s\",\"password\":\"%s\"}".formatted(email, text);
    assertThat(api.postText("/v1/sessions", null, wrong).code())
        .isEqualTo("401 invalid_credentials");
    String change =
        "{\"current_password\":\"%s\",\"new_password\":\"a long enough pass phrase %s\"}"
            .formatted(PASSWORD, text);
    Api.Answer refused =
        api.postText("/v1/me/password", signIn(email).field("access_token"), change);
    assertThat(refused.status()).isEqualTo(422);
    assertThat(refused.field("field")).isEqualTo("new_password");
    String unseen = "{\"email\":\"a%sb@example.com\",\"password\":\"x\"}".formatted(text);
    assertThat(api.postText("/v1/sessions", null, unseen).field("field")).isEqualTo("email");
  }

  @Test
  void aPersonSignsInByEitherFormOfTheirDomain() {
    String name = "jürgen-" + UUID.randomUUID() + "@";
    org().member(name + "bücher.example");

    assertThat(signIn(name + "xn--bcher-kva.example").status()).isEqualTo(201);
    assertThat(signIn(name + "BÜCHER.example").status()).isEqualTo(201);
  }

  @Test
  void whoIsLockedOutTakesNoTurnOfThoseWhoAreNot() throws Exception {
    org().member(email);
    for (int i = 0; i < 10; i++) {
      anotherAddress().post("/v1/sessions", Map.of("email", email, "password", "wrong"));
    }
    ParkingEncoder.Parked slow = encoder.parkMatch("what takes long");
    var other =
        CompletableFuture.supplyAsync(() ->
            anotherAddress()
                .post("/v1/sessions", Map.of("email", someEmail(), "password", "what takes long")));
    slow.awaitReached();
    try {
      var locked =
          CompletableFuture.supplyAsync(() -> anotherAddress().post("/v1/sessions", credentials()));

      assertThat(locked)
          .succeedsWithin(Duration.ofSeconds(20))
          .satisfies(answer -> assertThat(answer.code()).isEqualTo("401 invalid_credentials"));
    } finally {
      slow.release();
    }
    assertThat(other.get().code()).isEqualTo("401 invalid_credentials");
  }

  @Test
  void whoHasSignedInFromANetworkIsntLockedOutThereByGuessesFromElsewhere() {
    org().member(email);
    assertThat(signIn(email).status()).isEqualTo(201);
    for (int i = 0; i < 10; i++) {
      anotherAddress().post("/v1/sessions", Map.of("email", email, "password", "wrong"));
    }

    assertThat(anotherAddress().post("/v1/sessions", credentials()).status()).isEqualTo(401);
    assertThat(signIn(email).status()).isEqualTo(201);
    clock.advance(Duration.ofDays(90));
    for (int i = 0; i < 10; i++) {
      anotherAddress().post("/v1/sessions", Map.of("email", email, "password", "wrong"));
    }
    assertThat(signIn(email).status()).isEqualTo(401);
  }

  @Test
  void anOperatorIsntLockedOutByCodesThatSomebodyElseGuesses() {
    person(email, TOTP_SECRET, true);
    assertThat(verify(signIn(email).field("challenge"), code()).status()).isEqualTo(201);
    for (int i = 0; i < 10; i++) {
      Api elsewhere = anotherAddress();
      String challenge = elsewhere.post("/v1/sessions", credentials()).field("challenge");
      assertThat(
              elsewhere
                  .post("/v1/sessions/verify", Map.of("challenge", challenge, "code", wrongCode()))
                  .code())
          .isEqualTo("401 invalid_code");
    }
    clock.advance(Duration.ofSeconds(30));

    assertThat(verify(signIn(email).field("challenge"), code()).status()).isEqualTo(201);
  }

  @Test
  void aChangedPasswordLeavesTheNetworkKnownThatItWasChangedFrom() {
    org().member(email);
    Api former = anotherAddress();
    assertThat(former.post("/v1/sessions", credentials()).status()).isEqualTo(201);
    String another = "another long enough pass phrase";
    assertThat(
            api.post(
                    "/v1/me/password",
                    signIn(email).field("access_token"),
                    Map.of("current_password", PASSWORD, "new_password", another))
                .status())
        .isEqualTo(204);
    for (int i = 0; i < 10; i++) {
      anotherAddress().post("/v1/sessions", Map.of("email", email, "password", "wrong"));
    }

    Map<String, String> changed = Map.of("email", email, "password", another);
    assertThat(former.post("/v1/sessions", changed).status()).isEqualTo(401);
    assertThat(api.post("/v1/sessions", changed).status()).isEqualTo(201);
  }

  @Test
  void ofSeveralOrganisationsTheOneUsedLastIsActiveUnlessOneIsNamed() {
    Org first = org();
    Org second = org();
    first.member(email);
    second.member(email);
    clock.advance(Duration.ofSeconds(1));
    organizationOf(
        api.post(
            "/v1/sessions",
            Map.of("email", email, "password", PASSWORD, "organization", second.id.value())));

    assertThat(organizationOf(signIn(email))).isEqualTo(second.slug);
    clock.advance(Duration.ofSeconds(1));
    assertThat(
            organizationOf(
                api.post(
                    "/v1/sessions",
                    Map.of("email", email, "password", PASSWORD, "organization", first.slug))))
        .isEqualTo(first.slug);
    clock.advance(Duration.ofSeconds(1));
    assertThat(organizationOf(signIn(email))).isEqualTo(first.slug);
  }

  @Test
  void aDialectOffersOrganisationsOfItsOwnPresetAlone() {
    Org incrm = new Org("incrm", SecondStep.WHEN_ENROLLED);
    incrm.member(email);
    org().member(email);
    Map<String, String> credentials = Map.of("email", email, "password", PASSWORD);

    assertThat(organizationOf(api.inDialect("incrm").post("/v1/sessions", credentials)))
        .isEqualTo(incrm.slug);
    assertThat(api.inDialect("syncgram-pay").post("/v1/sessions", credentials).code())
        .isEqualTo("401 invalid_credentials");
  }

  @Test
  void whoHasASecondStepIsAskedForItAndACodeWorksOnce() {
    person(email, TOTP_SECRET, false);
    org().memberWithSecondStep(email);

    Api.Answer first = signIn(email);
    assertThat(first.status()).isEqualTo(202);
    assertThat(first.text()).contains("\"methods\":[\"totp\"]").doesNotContain("access_token");
    assertThat(verify(first.field("challenge"), code()).status()).isEqualTo(201);

    Api.Answer second = signIn(email);
    assertThat(verify(second.field("challenge"), code()).code()).isEqualTo("401 invalid_code");
    clock.advance(Duration.ofSeconds(30));
    assertThat(verify(second.field("challenge"), code()).status()).isEqualTo(201);
    assertThat(verify(second.field("challenge"), code()).code()).isEqualTo("401 invalid_challenge");
  }

  @Test
  void aChallengeTakesFiveCodesAndLivesForFiveMinutes() {
    person(email, TOTP_SECRET, false);
    String challenge = signIn(email).field("challenge");
    for (int i = 0; i < 5; i++) {
      assertThat(verify(challenge, wrongCode()).code()).isEqualTo("401 invalid_code");
    }
    assertThat(verify(challenge, code()).code()).isEqualTo("401 invalid_challenge");

    String late = signIn(email).field("challenge");
    clock.advance(Duration.ofMinutes(5));
    assertThat(verify(late, code()).code()).isEqualTo("401 invalid_challenge");
  }

  @Test
  void aPasswordAloneForgivesNoWrongCodes() {
    Org lenient = new Org("incrm", SecondStep.NEVER);
    lenient.member(email);
    person(email, TOTP_SECRET, false);
    for (int i = 0; i < 10; i++) {
      String challenge = signIn(email).field("challenge");
      assertThat(verify(challenge, wrongCode()).code()).isEqualTo("401 invalid_code");
      assertThat(anotherAddress().inDialect("incrm").post("/v1/sessions", credentials()).status())
          .isEqualTo(201);
    }

    String challenge = anotherAddress().post("/v1/sessions", credentials()).field("challenge");
    assertThat(
            anotherAddress()
                .post("/v1/sessions/verify", Map.of("challenge", challenge, "code", code()))
                .code())
        .isEqualTo("401 invalid_code");
    clock.advance(Duration.ofMinutes(1));
    assertThat(verify(challenge, code()).status()).isEqualTo(201);
  }

  private Map<String, String> credentials() {
    return Map.of("email", email, "password", PASSWORD);
  }

  @Test
  void theSameCodeAtOnceForTwoChallengesSignsInOnce() throws Exception {
    person(email, TOTP_SECRET, false);
    var challenges =
        new java.util.concurrent.ConcurrentLinkedQueue<>(
            List.of(signIn(email).field("challenge"), signIn(email).field("challenge")));
    String code = code();

    List<Integer> statuses = AtOnce.run(2, () -> verify(challenges.remove(), code).status());

    assertThat(statuses).containsExactlyInAnyOrder(201, 401);
  }

  @Test
  void anOperatorAlwaysNeedsTheSecondStepAndWithoutOneMayOnlyEnrolIt() {
    person(email, null, true);
    Api.Answer enrolling = signIn(email);
    assertThat(enrolling.status()).isEqualTo(201);
    assertThat(enrolling.field("second_step_enrolment")).isEqualTo("required");
    String token = enrolling.field("access_token");
    assertThat(kindOf(token)).isEqualTo("member");
    assertThat(
            api.post(
                    "/v1/me/password",
                    token,
                    Map.of("current_password", PASSWORD, "new_password", "x"))
                .code())
        .isEqualTo("403 second_step_enrolment_required");
    assertThat(api.get("/v1/sessions", token).code())
        .isEqualTo("403 second_step_enrolment_required");
    assertThat(api.delete("/v1/sessions/ses_01890000-0000-7000-8000-000000000000", token).code())
        .isEqualTo("403 second_step_enrolment_required");

    byte[] secret = secretOf(api.post("/v1/me/totp", token, Map.of("current_password", PASSWORD)));
    assertThat(api.post("/v1/me/totp/confirm", token, Map.of("code", codeOf(secret))).status())
        .isEqualTo(204);

    Api.Answer refreshed = refresh(enrolling.field("refresh_token"));
    assertThat(kindOf(refreshed.field("access_token"))).isEqualTo("operator");
    assertThat(signIn(email).status()).isEqualTo(202);
  }

  @Test
  void aSuspendedOrganisationAdmitsNobodyWhoKnowsTheirPassword() {
    Org org = org();
    org.member(email);
    org.suspend();

    assertThat(signIn(email).code()).isEqualTo("403 organization_suspended");
  }

  @Test
  void aRemovedMemberSignsInAsNobodysMember() {
    org().member(email).removed();

    Api.Answer answer = signIn(email);

    assertThat(answer.status()).isEqualTo(201);
    assertThat(claimsOf(answer.field("access_token"))).doesNotContain("\"org\"");
  }

  @Test
  void whileTheStateOfAccessIsNotFreshNobodySignsIn() {
    org().member(email);
    fresh.set(false);

    assertThat(signIn(email).code()).isEqualTo("503 not_fresh");
  }

  @Test
  void anUnknownFieldAndAMissingOneAreNamed() {
    assertThat(api.post("/v1/sessions", Map.of("email", email)).field("field"))
        .isEqualTo("password");
    assertThat(
            api.post("/v1/sessions", Map.of("email", email, "password", "x", "pin", "y"))
                .field("field"))
        .isEqualTo("pin");
  }

  private String organizationOf(Api.Answer answer) {
    assertThat(answer.status()).isEqualTo(201);
    String claims = claimsOf(answer.field("access_token"));
    return claims.replaceAll(".*\"slug\":\"([^\"]+)\".*", "$1");
  }

  private static String kindOf(String accessToken) {
    return claimsOf(accessToken).replaceAll(".*\"kind\":\"([^\"]+)\".*", "$1");
  }
}
