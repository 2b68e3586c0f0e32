package dev.keyledger.client;

import static dev.keyledger.testkit.TokenForge.ISSUER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.keyledger.client.revocations.Revocations;
import dev.keyledger.client.revocations.TokenTraits;
import dev.keyledger.client.revocations.Verdict;
import dev.keyledger.events.credential.KeySecret;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.TokenForge;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

class LocalAuthenticatorTest {
  private static final String HOME = "192.0.2.1";

  private final MovableClock clock = new MovableClock();
  private final TokenForge forge = new TokenForge("k1", clock);
  private final FakeRevocations revocations = new FakeRevocations();
  private final FakeTokenService tokenService = new FakeTokenService();
  private SessionCheck sessions = SessionCheck.NONE;
  private final LocalAuthenticator authenticator =
      new LocalAuthenticator(
          new TokenVerifier(ISSUER, forge::find, clock),
          revocations,
          tokenService,
          token -> sessions.standingOf(token),
          Duration.ofHours(1),
          clock);

  @Test
  void aSignedTokenIsVerifiedHereAndNobodyIsAsked() {
    assertThat(authenticate(forge.token()).slug()).isEqualTo("acme");
    assertThat(tokenService.asked).isZero();
  }

  @Test
  void aTokenThatEndedIsRefusedHere() {
    revocations.verdictBelow(100, Verdict.ENDED);
    assertRefused(forge.token(), 401, "credential_revoked");
    assertThat(tokenService.asked).isZero();
  }

  @Test
  void aTokenOfWhichSomethingChangedIsAskedAboutOnceAndCountsAsIssuedAnew() {
    revocations.verdictBelow(8, Verdict.RECHECK);
    tokenService.answer(8, false);
    for (int i = 0; i < 5; i++) {
      assertThat(authenticate(forge.token()).permissions()).containsExactly("answered.now");
    }
    assertThat(tokenService.asked).isEqualTo(1);

    revocations.verdictBelow(9, Verdict.RECHECK);
    tokenService.answer(9, false);
    assertThat(authenticate(forge.token())).isNotNull();
    assertThat(tokenService.asked).isEqualTo(2);
  }

  @Test
  void anAnswerIsKeptNoLongerThanTheTokenHoldsByIt() {
    revocations.verdictBelow(8, Verdict.RECHECK);
    tokenService.until = clock.instant().plusSeconds(10);
    tokenService.answer(8, false);
    String token = forge.token();
    authenticate(token);
    clock.advance(Duration.ofSeconds(9));
    authenticate(token);
    assertThat(tokenService.asked).isEqualTo(1);

    clock.advance(Duration.ofSeconds(1));
    tokenService.refuse("revoked");
    assertRefused(token, 401, "credential_revoked");
  }

  @Test
  void anAnswerThatIsOlderThanTheChangeIsNotKept() {
    revocations.verdictBelow(8, Verdict.RECHECK);
    tokenService.answer(7, false);
    authenticate(forge.token());
    authenticate(forge.token());
    assertThat(tokenService.asked).isEqualTo(2);
  }

  @Test
  void anAnswerThatNamesNoPositionOrDependsOnTheAddressIsNotKept() {
    revocations.verdictBelow(8, Verdict.RECHECK);
    tokenService.answer(-1, false);
    authenticate(forge.token());
    tokenService.answer(8, true);
    authenticate(forge.token());
    authenticate(forge.token());
    assertThat(tokenService.asked).isEqualTo(3);
  }

  @Test
  void whileRevocationsAreStaleTokenServiceDecides() {
    revocations.fresh = false;
    tokenService.answer(7, false);
    assertThat(authenticate(forge.token()).permissions()).containsExactly("answered.now");
    assertThat(tokenService.asked).isEqualTo(1);
  }

  @Test
  void whileRevocationsAreStaleAndTokenServiceIsSilentNobodyIsLetIn() {
    revocations.fresh = false;
    tokenService.silent = true;
    assertRefused(forge.token(), 503, "not_fresh");
  }

  @Test
  void whileRevocationsAreStaleALivingSessionIsEnoughForWhomPermitsNothing() {
    revocations.fresh = false;
    sessions = token -> SessionCheck.Standing.ALIVE;

    Caller caller = authenticate(forge.token());

    assertThat(caller.slug()).isEqualTo("acme");
    assertThat(caller.member()).isNotNull();
    assertThat(caller.permissions()).isEmpty();
    assertThat(tokenService.asked).isZero();
  }

  @Test
  void whileRevocationsAreStaleAnEndedSessionIsRefusedAndSoIsWhatWasHeardToHaveEnded() {
    revocations.fresh = false;
    sessions = token -> SessionCheck.Standing.ENDED;
    assertRefused(forge.token(), 401, "credential_revoked");

    sessions = token -> SessionCheck.Standing.ALIVE;
    revocations.verdictBelow(100, Verdict.ENDED);
    assertRefused(forge.token(), 401, "credential_revoked");
  }

  @Test
  void whereSessionsCannotBeToldOfEitherNobodyIsLetIn() {
    revocations.fresh = false;
    tokenService.silent = true;
    sessions =
        token -> {
          throw new UnavailableException("silent too");
        };
    assertRefused(forge.token(), 503, "not_fresh");
    sessions = token -> SessionCheck.Standing.NOT_TOLD;
    assertRefused(forge.token(), 503, "not_fresh");
  }

  @Test
  void aSessionIsAskedForWhereTokenServiceCannotTellWhatChanged() {
    revocations.verdictBelow(8, Verdict.RECHECK);
    tokenService.silent = true;
    sessions = token -> SessionCheck.Standing.ALIVE;
    assertThat(authenticate(forge.token()).permissions()).isEmpty();
    assertThat(
            authenticate(
                    forge.token(c -> {
                      c.put("ipb", true);
                      return c;
                    }))
                .permissions())
        .isEmpty();
    assertThat(tokenService.asked).isEqualTo(2);
  }

  @Test
  void aForgedTokenIsRefusedWithoutAskingAnybodyEvenWhileStale() {
    revocations.fresh = false;
    assertRefused(new TokenForge("k1", clock).token(), 401, "invalid_credential");
    assertThat(tokenService.asked).isZero();
  }

  @Test
  void aTokenBoundToAnAddressIsAlwaysAskedAbout() {
    tokenService.answer(7, true);
    authenticate(
        forge.token(c -> {
          c.put("ipb", true);
          return c;
        }));
    assertThat(tokenService.asked).isEqualTo(1);
    assertThat(tokenService.lastAddress).isEqualTo(HOME);
  }

  @Test
  void aTokenThatOutlivesTheRevocationsKnownHereIsAskedAbout() {
    tokenService.answer(7, false);
    authenticate(
        forge.token(c -> {
          c.put("exp", clock.instant().getEpochSecond() + 7200);
          return c;
        }));
    assertThat(tokenService.asked).isEqualTo(1);
  }

  @Test
  void aKeyIsAskedAboutEveryTimeButJunkNever() {
    String key = KeySecret.mint("sk_live", 'a', new byte[32]).text().revealSecret();
    tokenService.answer(7, false);
    authenticate(key);
    authenticate(key);
    assertThat(tokenService.asked).isEqualTo(2);

    assertRefused(key.substring(0, key.length() - 1) + "!", 401, "invalid_credential");
    assertThat(tokenService.asked).isEqualTo(2);
  }

  @Test
  void anOpaqueTokenIsAskedAbout() {
    tokenService.answer(7, false);
    assertThat(authenticate("a.b.c.d.e")).isNotNull();
  }

  @Test
  void whatTokenServiceSaysBecomesTheRefusal() {
    Map<String, String> expected =
        Map.of(
            "ip_not_allowed", "403 ip_not_allowed",
            "organization_suspended", "403 organization_suspended",
            "revoked", "401 credential_revoked",
            "expired", "401 credential_expired",
            "key_suspended", "401 credential_suspended",
            "not_found", "401 invalid_credential");
    expected.forEach((code, refusal) -> {
      tokenService.refuse(code);
      assertRefused("a.b.c.d.e", Integer.parseInt(refusal.substring(0, 3)), refusal.substring(4));
    });
  }

  @Test
  void aTokenOfOneEnvironmentIsRefusedOnAnothersHost() {
    String token = forge.sign(forge.keyClaims());
    assertThat(authenticator.authenticate(Credential.of(token), on("live"))).isNotNull();
    assertThat(authenticator.authenticate(Credential.of(token), on("production", "live")))
        .isNotNull();
    assertThat(authenticator.authenticate(Credential.of(token), RequestContext.from(HOME)))
        .isNotNull();
    assertThatExceptionOfType(AccessRefusedException.class)
        .isThrownBy(() -> authenticator.authenticate(Credential.of(token), on("sandbox", "test")))
        .satisfies(e -> assertThat(e.code()).isEqualTo("wrong_environment"));
    // A person's session belongs to no environment.
    assertThat(authenticator.authenticate(Credential.of(forge.token()), on("sandbox", "test")))
        .isNotNull();
  }

  private static RequestContext on(String... environments) {
    return new RequestContext(HOME, Set.of(environments), null);
  }

  private Caller authenticate(String credential) {
    return authenticator.authenticate(Credential.of(credential), RequestContext.from(HOME));
  }

  private void assertRefused(String credential, int status, String code) {
    assertThatExceptionOfType(AccessRefusedException.class)
        .isThrownBy(() -> authenticate(credential))
        .satisfies(e -> {
          assertThat(e.status()).isEqualTo(status);
          assertThat(e.code()).isEqualTo(code);
        });
  }

  private static final class FakeRevocations implements Revocations {
    private boolean fresh = true;
    private long below;
    private Verdict verdict = Verdict.LIVE;

    void verdictBelow(long position, Verdict verdict) {
      this.below = position;
      this.verdict = verdict;
    }

    @Override
    public boolean isFresh() {
      return fresh;
    }

    @Override
    public boolean isReady() {
      return true;
    }

    @Override
    public Verdict judge(TokenTraits token) {
      return token.position() < below ? verdict : Verdict.LIVE;
    }
  }

  private final class FakeTokenService implements Introspector {
    private IntrospectionResult answer = new IntrospectionResult.Inactive(null);
    private Instant until;
    private boolean silent;
    private int asked;
    private String lastAddress;

    void answer(long position, boolean addressBound) {
      Caller caller =
          new TokenVerifier(ISSUER, forge::find, clock)
              .verify(
                  forge.token(c -> {
                    c.put("scope", "answered.now");
                    return c;
                  }))
              .callerAt(HOME);
      answer = new IntrospectionResult.Active(caller, position, addressBound, until);
    }

    void refuse(String code) {
      answer = new IntrospectionResult.Inactive(code);
    }

    @Override
    public IntrospectionResult introspect(
        dev.keyledger.events.credential.SecretText credential, String address) {
      asked++;
      lastAddress = address;
      if (silent) {
        throw new UnavailableException("silent");
      }
      return answer;
    }
  }
}
