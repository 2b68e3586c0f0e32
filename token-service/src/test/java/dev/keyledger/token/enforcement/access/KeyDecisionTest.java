package dev.keyledger.token.enforcement.access;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.keyledger.client.RequestContext;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.policy.AgeBound;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyRules.OutstandingTokens;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyDecision;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.UnknowableException;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.token.Overlap;
import dev.keyledger.token.TestTenant;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class KeyDecisionTest {
  private static final Instant NOW = Instant.parse("2026-05-28T14:43:58.000Z");

  private final TestServerKeys serverKeys = new TestServerKeys();
  private final AccessState state = new AccessState();
  private final TestTenant tenant = new TestTenant(serverKeys);
  private final KeyDecision decision =
      new KeyDecision(state, new PepperedSecrets(state, new Peppers(serverKeys)));

  @BeforeEach
  void anOrganisationWithAnOwner() {
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
  }

  private TestTenant.Key held(TestTenant.Key key) {
    state.apply(key.record());
    return key;
  }

  private KeyVerdict ask(KeyQuestion question) {
    return decision.decide(question, true, NOW.toEpochMilli());
  }

  private Code direct(TestTenant.Key key) {
    return ask(KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of())).code();
  }

  private void policy(UnaryOperator<dev.keyledger.events.policy.Policy> change) {
    state.apply(tenant.withPolicy(change));
  }

  private Set<String> permissions(TestTenant.Key key) {
    return ((KeyVerdict.Accepted)
            ask(KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of())))
        .permissions();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "kl_live", "kl_live_", "rubbish", "ey.ey.ey", "kl_live_\u0000"})
  void junkIsMalformed(String text) {
    assertThat(ask(KeyQuestion.direct(text, TestTenant.ANYWHERE, Set.of())).code())
        .isEqualTo(Code.MALFORMED);
  }

  private Code directAt(TestTenant.Key key, Instant at) {
    return decision
        .decide(
            KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of()), true, at.toEpochMilli())
        .code();
  }

  @Test
  void aSuspendedKeyIsRefusedUntilItsTimeWhetherOrNotARecordSaysSo() {
    TestTenant.Key key = held(tenant.key("live"));
    Instant until = NOW.plusSeconds(60);
    state.apply(key.suspended(until));

    assertThat(direct(key)).isEqualTo(Code.KEY_SUSPENDED);
    assertThat(directAt(key, until.minusMillis(1))).isEqualTo(Code.KEY_SUSPENDED);
    assertThat(directAt(key, until)).isEqualTo(Code.OK);
    state.apply(key.suspended(null));
    assertThat(directAt(key, until)).isEqualTo(Code.KEY_SUSPENDED);
    state.apply(key.resumed());
    assertThat(direct(key)).isEqualTo(Code.OK);
  }

  @Test
  void aSecretThatIsOlderThanThePolicyLetsOneBecomeIsRefusedByItsTime() {
    TestTenant.Key key = held(tenant.key("live"));
    Instant end = NOW.plus(AgeBound.NOTICE);
    policy(p -> TestLedger.aged(p, Duration.ofDays(1), NOW));

    assertThat(directAt(key, end.minusMillis(1))).isEqualTo(Code.OK);
    assertThat(directAt(key, end)).isEqualTo(Code.EXPIRED);
    assertThat(state.key(key.id).expiresAt()).isEqualTo(end.toEpochMilli());
    assertThat(state.key(key.id).liveSecretNames(end.toEpochMilli())).isEmpty();

    policy(p -> TestTenant.policy());
    assertThat(directAt(key, end)).isEqualTo(Code.OK);
    assertThat(state.key(key.id).expiresAt()).isEqualTo(KeyFacts.NEVER);
  }

  @Test
  void theFirstOfTwoEndsCountsItsOwnOrTheAgeOfItsSecret() {
    TestTenant.Key key = held(tenant.key("live").expiringAt(NOW.plusSeconds(60)));
    policy(p -> TestLedger.aged(p, Duration.ofDays(1), NOW));

    assertThat(directAt(key, NOW.plusSeconds(60).minusMillis(1))).isEqualTo(Code.OK);
    assertThat(directAt(key, NOW.plusSeconds(60))).isEqualTo(Code.EXPIRED);
  }

  @Test
  void anOlderSecretHasEndedAtItsAgeThoughItsKeyHasNot() {
    TestTenant.Key key = tenant.key("live");
    String older = key.secret;
    state.apply(key.made(NOW.minus(Duration.ofDays(100))).record());
    KeyAccess unused = key.rotated(null);
    state.apply(key.made(NOW).record());
    policy(p -> TestLedger.aged(p, Duration.ofDays(90), NOW.minus(Duration.ofDays(40))));
    var question = KeyQuestion.direct(older, TestTenant.ANYWHERE, Set.of());
    Instant end = NOW.minus(Duration.ofDays(10));

    assertThat(decision.decide(question, true, end.minusMillis(1).toEpochMilli()).code())
        .isEqualTo(Code.OK);
    assertThat(decision.decide(question, true, end.toEpochMilli()).code()).isEqualTo(Code.REVOKED);
    assertThat(directAt(key, NOW.plus(Duration.ofDays(90)).minusMillis(1))).isEqualTo(Code.OK);
    assertThat(directAt(key, NOW.plus(Duration.ofDays(90)))).isEqualTo(Code.EXPIRED);
  }

  @Test
  void whatHasEndedIsToldBeforeASuspensionAndTheOrganizationsBehindIt() {
    TestTenant.Key key = held(tenant.key("live"));
    state.apply(key.suspended(null));
    state.apply(tenant.suspended(true));
    assertThat(direct(key)).isEqualTo(Code.KEY_SUSPENDED);
    state.apply(key.revoked());
    assertThat(direct(key)).isEqualTo(Code.REVOKED);
    TestTenant.Key expired = held(tenant.key("live").expiringAt(NOW));
    state.apply(expired.suspended(null));
    assertThat(direct(expired)).isEqualTo(Code.EXPIRED);
  }

  private Code login(TestTenant.Key key, String secret, String address) {
    return ask(KeyQuestion.login(key.id, secret, RequestContext.from(address))).code();
  }

  @Test
  void fromElsewhereTheAddressIsJudgedBeforeTheSecretAndOfTheKeyThatIsNamed() {
    TestTenant.Key key = held(tenant.key("live"));
    TestTenant.Key revoked = held(tenant.key("live"));
    state.apply(revoked.revoked());
    TestTenant.Key unbound = held(tenant.key("test"));
    TestTenant.Key unknown = tenant.key("live");
    state.apply(tenant.allowing("192.0.2.0/24"));

    for (String secret : List.of(key.secret, unknown.secret, "rubbish")) {
      assertThat(login(key, secret, "198.51.100.7")).isEqualTo(Code.IP_NOT_ALLOWED);
    }
    assertThat(login(revoked, revoked.secret, "198.51.100.7")).isEqualTo(Code.IP_NOT_ALLOWED);
    assertThat(login(unknown, key.secret, "198.51.100.7")).isEqualTo(Code.NOT_FOUND);
    assertThat(login(unbound, key.secret, "198.51.100.7")).isEqualTo(Code.NOT_FOUND);
    assertThat(login(key, unknown.secret, "192.0.2.7")).isEqualTo(Code.NOT_FOUND);
    assertThat(login(key, "rubbish", "192.0.2.7")).isEqualTo(Code.MALFORMED);
    assertThat(login(key, key.secret, "192.0.2.7")).isEqualTo(Code.OK);
  }

  @Test
  void anAllowlistBindsTheEnvironmentsThatItNamesAndOtherwiseThoseOfThePolicy() {
    TestTenant.Key live = held(tenant.key("live"));
    TestTenant.Key test = held(tenant.key("test"));
    state.apply(tenant.allowing("192.0.2.0/24"));
    assertThat(List.of(direct(live), direct(test))).containsExactly(Code.IP_NOT_ALLOWED, Code.OK);
    state.apply(tenant.allowingIn("test", "192.0.2.0/24"));
    assertThat(List.of(direct(live), direct(test))).containsExactly(Code.OK, Code.IP_NOT_ALLOWED);
  }

  @Test
  void aSecretWithOneCharacterChangedIsMalformedByItsChecksum() {
    String secret = held(tenant.key("live")).secret;
    char other = secret.charAt(20) == 'x' ? 'y' : 'x';
    assertThat(
            ask(KeyQuestion.direct(
                    secret.substring(0, 20) + other + secret.substring(21),
                    TestTenant.ANYWHERE,
                    Set.of()))
                .code())
        .isEqualTo(Code.MALFORMED);
  }

  @Test
  void aKeyThatNobodyCreatedIsNotFound() {
    assertThat(direct(tenant.key("live"))).isEqualTo(Code.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({"-1, OK", "0, EXPIRED", "1, EXPIRED"})
  void aKeyWorksUntilTheInstantOfItsEndWithOrWithoutTheEvent(long millisAfterEnd, Code code) {
    assertThat(direct(held(tenant.key("live").expiringAt(NOW.minusMillis(millisAfterEnd)))))
        .isEqualTo(code);
  }

  @Test
  void endedKeysAreToldApart() {
    TestTenant.Key revoked = held(tenant.key("live"));
    state.apply(revoked.revoked());
    TestTenant.Key expired = held(tenant.key("live"));
    state.apply(expired.expired());
    assertThat(direct(revoked)).isEqualTo(Code.REVOKED);
    assertThat(direct(expired)).isEqualTo(Code.EXPIRED);
  }

  @Test
  void theOlderSecretEndsWhenItsGraceDoes() {
    TestTenant.Key key = held(tenant.key("live"));
    String older = key.secret;
    state.apply(key.rotated(NOW.plusMillis(1)));
    var question = KeyQuestion.direct(older, TestTenant.ANYWHERE, Set.of());
    assertThat(ask(question).code()).isEqualTo(Code.OK);
    assertThat(decision.decide(question, true, NOW.toEpochMilli() + 1).code())
        .isEqualTo(Code.REVOKED);
    assertThat(direct(key)).isEqualTo(Code.OK);
  }

  @Test
  void aSecretWhoseEndIsRecordedIsRefusedByAReplicaWhoseClockIsBehindThatEnd() {
    TestTenant.Key key = held(tenant.key("live"));
    String older = key.secret;
    state.apply(key.rotated(null));
    state.apply(key.olderEndedAt(NOW.plusSeconds(3_600)));
    assertThat(ask(KeyQuestion.direct(older, TestTenant.ANYWHERE, Set.of())).code())
        .isEqualTo(Code.REVOKED);
    assertThat(direct(key)).isEqualTo(Code.OK);
  }

  @Test
  void aKeyWhoseExpiryIsRecordedIsRefusedByAReplicaWhoseClockIsBehindIt() {
    TestTenant.Key key = held(tenant.key("live").expiringAt(NOW.plusSeconds(3_600)));
    assertThat(direct(key)).isEqualTo(Code.OK);
    state.apply(key.expired());
    assertThat(direct(key)).isEqualTo(Code.EXPIRED);
  }

  @Test
  void aSecretUnderARetiredPepperStillVerifiesAndUnderADroppedOneDoesNot() {
    TestTenant.Key key = held(tenant.key("live"));
    serverKeys.succeed(Purpose.PEPPER);
    assertThat(direct(key)).isEqualTo(Code.OK);
    assertThat(direct(held(tenant.key("live")))).isEqualTo(Code.OK);
    serverKeys.dropRetired(Purpose.PEPPER);
    assertThat(direct(key)).isEqualTo(Code.NOT_FOUND);
  }

  @ParameterizedTest
  @CsvSource({
    "DIRECT, DIRECT, OK",
    "DIRECT, EXCHANGE, NOT_FOUND",
    "DIRECT, LOGIN, NOT_FOUND",
    "EXCHANGE, DIRECT, NOT_FOUND",
    "EXCHANGE, EXCHANGE, OK",
    "EXCHANGE, LOGIN, OK",
    "LOGIN, DIRECT, NOT_FOUND",
    "LOGIN, EXCHANGE, NOT_FOUND",
    "LOGIN, LOGIN, OK"
  })
  void aKeyIsACredentialOnlyWhereItsPolicySaysSo(KeyUse allowed, KeyUse used, Code code) {
    policy(p -> TestTenant.with(p, List.of(allowed), Authority.CREATOR, OutstandingTokens.END));
    TestTenant.Key key = held(tenant.key("live"));
    KeyQuestion question =
        switch (used) {
          case DIRECT -> KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of());
          case EXCHANGE -> KeyQuestion.exchange(key.secret, TestTenant.ANYWHERE);
          case LOGIN -> KeyQuestion.login(key.id, key.secret, TestTenant.ANYWHERE);
        };
    assertThat(ask(question).code()).isEqualTo(code);
  }

  @Test
  void aPairIsGoodOnlyTogether() {
    TestTenant.Key one = held(tenant.key("live"));
    TestTenant.Key two = held(tenant.key("live"));
    assertThat(ask(KeyQuestion.login(one.id, two.secret, TestTenant.ANYWHERE)).code())
        .isEqualTo(Code.NOT_FOUND);
  }

  @Test
  void whatAKeyMayDoIsItsScopesWithinItsCreatorsRole() {
    TestTenant.Key all = held(tenant.key("live"));
    TestTenant.Key some = held(tenant.key("live", "clients.write", "payments.write"));
    assertThat(permissions(all))
        .containsExactlyInAnyOrder("keys.verify", "clients.read", "clients.write");
    assertThat(permissions(some)).containsExactly("clients.write");

    state.apply(tenant.ownerAs(Role.DEVELOPER));
    assertThat(permissions(all)).containsExactly("clients.read");
    assertThat(permissions(some)).isEmpty();

    state.apply(tenant.ownerRemoved());
    assertThat(permissions(all)).isEmpty();
  }

  @Test
  void aKeyThatTheOperatorMadeMayDoWhatTheOrganisationMay() {
    for (Authority authority : Authority.values()) {
      policy(p -> TestTenant.with(p, List.of(KeyUse.DIRECT), authority, OutstandingTokens.END));
      assertThat(permissions(held(tenant.key("live").madeByOperator())))
          .containsExactlyInAnyOrder("keys.verify", "clients.read", "clients.write");
      assertThat(permissions(held(tenant.key("live", "clients.read").madeByOperator())))
          .containsExactly("clients.read");
    }
  }

  @Test
  void aQuestionPrintsAsNothingOfItsSecret() {
    TestTenant.Key key = tenant.key("live");
    assertThat(KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of()))
        .hasToString("[key question]");
  }

  @Test
  void withTheOrganisationsServicesItDoesNotMatterWhoMadeTheKeyAndOnThePlatformItDoes() {
    policy(p ->
        TestTenant.with(p, List.of(KeyUse.DIRECT), Authority.ORGANIZATION, OutstandingTokens.END));
    TestTenant.Key all = held(tenant.key("live"));
    TestTenant.Key some = held(tenant.key("live", "clients.read", "payments.read"));
    TestTenant.Key verifying = held(tenant.key("live", "keys.verify"));
    assertThat(permissions(all))
        .containsExactlyInAnyOrder("keys.verify", "clients.read", "clients.write");
    assertThat(permissions(verifying)).containsExactly("keys.verify");
    state.apply(tenant.ownerAs(Role.DEVELOPER));
    assertThat(permissions(all)).containsExactlyInAnyOrder("clients.read", "clients.write");
    assertThat(permissions(verifying)).isEmpty();
    state.apply(tenant.ownerAs(Role.OWNER));
    assertThat(permissions(verifying)).containsExactly("keys.verify");
    state.apply(tenant.ownerRemoved());
    assertThat(permissions(all)).containsExactlyInAnyOrder("clients.read", "clients.write");
    assertThat(permissions(some)).containsExactly("clients.read");
    assertThat(permissions(verifying)).isEmpty();
  }

  @Test
  void aKeyOfThePlatformsOwnMayDoWhatItsScopesSay() {
    policy(p ->
        TestTenant.with(p, List.of(KeyUse.DIRECT), Authority.ORGANIZATION, OutstandingTokens.END));
    state.apply(tenant.ofKind(OrganizationKind.PLATFORM));

    assertThat(permissions(held(tenant.key("live", "payments.read"))))
        .containsExactly("payments.read");
  }

  @Test
  void endedComesBeforeSuspendedBeforeEnvironmentBeforeAddressBeforeScope() {
    TestTenant.Key key = held(tenant.key("live", "clients.read"));
    state.apply(tenant.allowing("198.51.100.0/24"));
    var question =
        KeyQuestion.direct(
            key.secret,
            new RequestContext("203.0.113.1", Set.of("test"), null),
            Set.of("clients.write"));
    var inEnvironment =
        KeyQuestion.direct(
            key.secret,
            new RequestContext("203.0.113.1", Set.of("live"), null),
            Set.of("clients.write"));
    var fromThere =
        KeyQuestion.direct(
            key.secret,
            new RequestContext("198.51.100.1", Set.of("live"), null),
            Set.of("clients.write"));

    assertThat(ask(fromThere).code()).isEqualTo(Code.INSUFFICIENT_SCOPE);
    assertThat(ask(inEnvironment).code()).isEqualTo(Code.IP_NOT_ALLOWED);
    assertThat(ask(question).code()).isEqualTo(Code.WRONG_ENVIRONMENT);
    state.apply(tenant.suspended(true));
    assertThat(ask(question).code()).isEqualTo(Code.ORGANIZATION_SUSPENDED);
    state.apply(key.revoked());
    assertThat(ask(question).code()).isEqualTo(Code.REVOKED);
  }

  @Test
  void whoMaySeeOneOrganisationAloneLearnsNothingOfAnother() {
    TestTenant other = new TestTenant(serverKeys);
    TestTenant.Key key = held(tenant.key("live"));
    state.apply(key.revoked());
    var verdict =
        ask(KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of()).onlyOf(other.id));
    assertThat(verdict).isEqualTo(new KeyVerdict.Refused(Code.NOT_FOUND, null));
  }

  @Test
  void anOldViewCannotTellWhatIsWellFormedButRefusesJunk() {
    TestTenant.Key key = held(tenant.key("live"));
    assertThatThrownBy(() ->
            decision.decide(
                KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of()),
                false,
                NOW.toEpochMilli()))
        .isInstanceOf(UnknowableException.class);
    assertThat(
            decision
                .decide(
                    KeyQuestion.direct("junk", TestTenant.ANYWHERE, Set.of()),
                    false,
                    NOW.toEpochMilli())
                .code())
        .isEqualTo(Code.MALFORMED);
  }

  @Test
  void anUnreadableRecordLeavesItsOrganisationUnknowableAndNobodyElse() {
    TestTenant other = new TestTenant(serverKeys);
    state.apply(other.registered());
    TestTenant.Key ours = held(tenant.key("live"));
    TestTenant.Key theirs = held(other.key("live"));
    state.applyUnreadable(Torn.access(tenant.owner.value(), tenant.id, 0));

    assertThatThrownBy(() -> direct(ours)).isInstanceOf(UnknowableException.class);
    assertThat(direct(theirs)).isEqualTo(Code.OK);
    state.apply(tenant.ownerAs(Role.OWNER));
    assertThat(direct(ours)).isEqualTo(Code.OK);
  }

  @Test
  void aSecretThatAnUnreadableKeyMayHaveCannotBeCalledUnknown() {
    state.applyUnreadable(Torn.access(tenant.key("live").id.value(), tenant.id, 0));
    assertThatThrownBy(() -> direct(tenant.key("live"))).isInstanceOf(UnknowableException.class);
  }

  @Test
  void aKeyWhoseOrganisationHasNotComeYetCannotBeJudged() {
    TestTenant other = new TestTenant(serverKeys);
    TestTenant.Key key = held(other.key("live"));
    assertThatThrownBy(() -> direct(key)).isInstanceOf(UnknowableException.class);
  }

  @Test
  void aQuestionNeverShowsItsSecret() {
    TestTenant.Key key = held(tenant.key("live"));
    var question = KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of());
    assertThat(question + " " + ask(question)).doesNotContain(key.secret);
  }

  @Test
  void aSecretHeldFromBeforeIsJudgedByTheKeyAsItIsNow() {
    TestTenant.Key key = held(tenant.key("live", "clients.read", "clients.write"));
    SecretEntry secret = state.key(key.id).secretNamed(nameOf(key));
    state.apply(key.narrowedTo("clients.read"));

    KeyVerdict narrowed =
        decision.decideHeld(
            secret, Set.of(KeyUse.EXCHANGE), TestTenant.ANYWHERE, Set.of(), NOW.toEpochMilli());

    assertThat(narrowed)
        .isInstanceOfSatisfying(
            KeyVerdict.Accepted.class,
            accepted -> {
              assertThat(accepted.permissions()).containsExactly("clients.read");
              assertThat(accepted.position()).isEqualTo(tenant.position());
            });
  }

  @Test
  @Tag("races")
  void noVerdictClaimsAPositionThatItsScopesAreOlderThan() {
    TestTenant.Key key = tenant.key("live");
    var verdict = new AtomicReference<KeyVerdict.Accepted>();
    Overlap.rounds(
        60_000,
        () -> state.apply(key.narrowedTo("clients.read", "clients.write")),
        () -> state.apply(key.narrowedTo("clients.read")),
        () ->
            verdict.set(
                (KeyVerdict.Accepted)
                    ask(KeyQuestion.direct(key.secret, TestTenant.ANYWHERE, Set.of()))),
        () -> {
          if (verdict.get().position() == tenant.position()) {
            assertThat(verdict.get().permissions()).containsExactly("clients.read");
          }
        });
  }

  private String nameOf(TestTenant.Key key) {
    return state
        .secret(
            serverKeys
                .get()
                .currentPepper()
                .verifierOf(
                    dev.keyledger.events.credential.KeySecret.parse(key.secret).orElseThrow()))
        .name();
  }
}
