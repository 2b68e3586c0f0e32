package dev.keyledger.kit.decide;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.client.RequestContext;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.access.AccessRecord.KeyAccess;
import dev.keyledger.events.access.AccessRecord.KeyAccess.KeyState;
import dev.keyledger.events.access.AccessRecord.MemberAccess;
import dev.keyledger.events.access.AccessRecord.OrganizationAccess;
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyRules.KeyUse;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What the records of one organisation say is a state to decide by, whatever held them. */
class RecordedAccessTest {
  private static final Instant THEN = Instant.parse("2026-03-01T12:00:00Z");
  private static final OrganizationId ORG = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private static final MemberId CREATOR = MemberId.of(UuidCreator.getTimeOrderedEpoch());
  private static final KeyId KEY = KeyId.of(UuidCreator.getTimeOrderedEpoch());
  private static final Set<String> SCOPES = Set.of("clients.write");

  /** Everything that may be wrong with a key and its organisation, to be mended one by one. */
  private record Wrongs(
      KeyUse use,
      boolean ended,
      boolean suspended,
      String environment,
      String address,
      List<String> scopes,
      Role creators) {

    static final Wrongs ALL =
        new Wrongs(
            KeyUse.EXCHANGE,
            true,
            true,
            "test",
            "192.0.2.7",
            List.of("clients.read"),
            Role.AUDITOR);

    List<Wrongs> mendedOneByOne() {
      var uses =
          new Wrongs(KeyUse.DIRECT, ended, suspended, environment, address, scopes, creators);
      var live = new Wrongs(uses.use, false, suspended, environment, address, scopes, creators);
      var reinstated = new Wrongs(uses.use, false, false, environment, address, scopes, creators);
      var there = new Wrongs(uses.use, false, false, "live", address, scopes, creators);
      var listed = new Wrongs(uses.use, false, false, "live", "198.51.100.9", scopes, creators);
      var scoped = new Wrongs(uses.use, false, false, "live", listed.address, List.of(), creators);
      var owners =
          new Wrongs(uses.use, false, false, "live", listed.address, List.of(), Role.OWNER);
      return List.of(this, uses, live, reinstated, there, listed, scoped, owners);
    }

    KeyVerdict verdict() {
      var key =
          key(ended ? KeyState.REVOKED : KeyState.ACTIVE, scopes, secret("newest", null, null));
      var state =
          new RecordedAccess(
              rules(use, suspended, "198.51.100.0/24"),
              17,
              List.of(member(creators)),
              List.of(key));
      return new KeyDecision(state)
          .decideHeld(
              state.secretsOf(KEY).getLast(),
              Set.of(KeyUse.DIRECT),
              new RequestContext(address, Set.of(environment), null),
              SCOPES,
              THEN.toEpochMilli());
    }
  }

  @Test
  void theChecksAreAskedInTheirOrderAndTheFirstThatFailsIsTheVerdict() {
    var failed = new ArrayList<@Nullable Check>();
    for (Wrongs wrongs : Wrongs.ALL.mendedOneByOne()) {
      failed.add(Check.failedBy(wrongs.verdict(), SCOPES));
    }

    var inOrder = new ArrayList<@Nullable Check>(Arrays.asList(Check.values()));
    inOrder.add(null);
    assertThat(failed).isEqualTo(inOrder);
  }

  @Test
  void ofTheLastTwoSecretsEachEndsByItsOwnRecord() {
    var key =
        key(
            KeyState.ACTIVE,
            List.of(),
            secret("forgotten", null, null),
            secret("older", THEN.plusSeconds(60), null),
            secret("newest", null, null));
    var ended =
        key(
            KeyState.ACTIVE,
            List.of(),
            secret("older", THEN.plusSeconds(60), THEN.minusSeconds(60)),
            secret("newest", null, null));

    assertThat(codes(key, THEN)).isEqualTo(List.of("older ok", "newest ok"));
    assertThat(codes(key, THEN.plusSeconds(60))).isEqualTo(List.of("older revoked", "newest ok"));
    assertThat(codes(ended, THEN)).isEqualTo(List.of("older revoked", "newest ok"));
  }

  @Test
  void knowsNothingButItsOrganisationAndWhatWasRecordedOfIt() {
    var state =
        new RecordedAccess(
            rules(KeyUse.DIRECT, false),
            17,
            List.of(member(Role.OWNER)),
            List.of(key(KeyState.ACTIVE, List.of(), secret("newest", null, null))));
    var other = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());

    assertThat(state.positionOf(ORG)).isEqualTo(17);
    assertThat(state.positionOf(other)).isEqualTo(-1);
    assertThat(state.organization(other)).isNull();
    assertThat(state.member(CREATOR)).extracting(Membership::role).isEqualTo(Role.OWNER);
    assertThat(state.member(MemberId.of(UuidCreator.getTimeOrderedEpoch()))).isNull();
    assertThat(state.key(KeyId.of(UuidCreator.getTimeOrderedEpoch()))).isNull();
    assertThat(state.secretsOf(KeyId.of(UuidCreator.getTimeOrderedEpoch()))).isEmpty();
    KeyFacts key = state.key(KEY);
    assertThat(key).isNotNull();
    assertThat(key.secretNamed("newest")).isSameAs(state.secretsOf(KEY).getLast());
    assertThat(key.secretNamed("another")).isNull();
  }

  private static List<String> codes(KeyAccess key, Instant at) {
    var state =
        new RecordedAccess(
            rules(KeyUse.DIRECT, false), 17, List.of(member(Role.OWNER)), List.of(key));
    return state.secretsOf(KEY).stream()
        .map(secret ->
            secret.name()
                + " "
                + new KeyDecision(state)
                    .decideHeld(
                        secret,
                        Set.of(KeyUse.DIRECT),
                        RequestContext.from("192.0.2.7"),
                        SCOPES,
                        at.toEpochMilli())
                    .code()
                    .text())
        .toList();
  }

  private static SecretAccess secret(
      String prefix, @Nullable Instant validUntil, @Nullable Instant endedAt) {
    return new SecretAccess(prefix, "", THEN.minusSeconds(600), validUntil, endedAt);
  }

  private static KeyAccess key(KeyState state, List<String> scopes, SecretAccess... secrets) {
    return new KeyAccess(
        ORG, 5, KEY, "live", scopes, CREATOR, THEN.plusSeconds(600), state, Arrays.asList(secrets));
  }

  private static MemberAccess member(Role role) {
    return new MemberAccess(
        ORG, 4, CREATOR, PersonId.of(UuidCreator.getTimeOrderedEpoch()), role, false);
  }

  private static OrganizationRules rules(KeyUse use, boolean suspended, String... allowed) {
    var policy =
        new Policy(
            "canonical",
            List.of("test", "live"),
            Policy.EnvironmentChoice.CREATOR,
            List.of(),
            List.of("live"),
            new KeyRules(
                Map.of("test", "kl_test", "live", "kl_live"),
                List.of(use),
                KeyRules.Creators.PERMISSION,
                KeyRules.Authority.CREATOR,
                new KeyRules.Limit(5, KeyRules.Limit.Per.ENVIRONMENT),
                null,
                KeyRules.Expiry.OPTIONAL,
                Duration.ofDays(1),
                Duration.ofDays(7),
                KeyRules.OutstandingTokens.END),
            new KeyTokenRules(KeyTokenRules.Format.JWT, Duration.ofMinutes(15), null),
            new SessionRules(
                Duration.ofMinutes(15), Duration.ofDays(30), SessionRules.SecondStep.WHEN_ENROLLED),
            Map.of(Role.OWNER, List.of("clients.read", "clients.write")),
            List.of());
    return new OrganizationRules(
        new OrganizationAccess(
            ORG,
            3,
            "tenant",
            OrganizationKind.STANDARD,
            true,
            true,
            suspended,
            List.of(allowed),
            policy));
  }
}
