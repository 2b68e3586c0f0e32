package dev.keyledger.command.organization;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.StandingCommand.Register;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.Actor;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.Origin;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.keys.Pepper;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import dev.keyledger.kit.keys.ServerKeys.State;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Given events, when a command, then events or a refusal. */
final class Given {
  static final Presets PRESETS = new Presets();
  static final Instant T0 = Instant.parse("2026-05-28T14:43:58.123Z");
  static final OrganizationId ORGANIZATION = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  static final Actor OPERATOR = new Actor(Actor.Kind.OPERATOR, person(), null, null);
  static final Pepper PEPPER = new Pepper('a', new byte[32]);

  static final SubscriptionSecrets SIGNING_SECRETS =
      new SubscriptionSecrets(() ->
          new ServerKeys(
              false,
              List.of(
                  new ServerKey(
                      Purpose.SUBSCRIPTION_SECRETS, "a", State.CURRENT, "A".repeat(43)))));

  final OrganizationState state = OrganizationState.empty();
  private final List<KeyId> made = new ArrayList<>();
  private Instant now = T0;

  static Given anOrganizationOn(String preset) {
    return anOrganizationWith(PRESETS.find(preset).orElseThrow());
  }

  static Given anOrganizationWith(Policy policy) {
    return new Given()
        .happened(
            new OrganizationRegistered(
                ORGANIZATION, "acme", "Acme", OrganizationKind.STANDARD, null, policy, T0));
  }

  static Given aConnectedAccount() {
    return new Given()
        .happened(
            new OrganizationRegistered(
                ORGANIZATION,
                "acme",
                "Acme",
                OrganizationKind.CONNECTED_ACCOUNT,
                null,
                PRESETS.find("standard").orElseThrow(),
                T0));
  }

  Given happened(OrganizationEvent... events) {
    return happened(Actor.Kind.SYSTEM, events);
  }

  private Given happened(Actor.Kind by, OrganizationEvent... events) {
    for (OrganizationEvent event : events) {
      state.apply(event, state.position() + 1, () -> by);
      if (event instanceof KeyCreated e) {
        made.add(e.key());
      }
    }
    return this;
  }

  Given later(Duration by) {
    now = now.plus(by);
    return this;
  }

  Instant now() {
    return now;
  }

  /** A new member, who is asked about by what this returns. */
  Actor member(Role role) {
    var member = MemberId.of(UuidCreator.getTimeOrderedEpoch());
    PersonId person = person();
    happened(new MemberAdded(member, person, new SealedText(person, "sealed"), role, now));
    return new Actor(Actor.Kind.MEMBER, person, member, null);
  }

  /** A key that exists without a command. */
  KeyId key(String environment, MemberId createdBy) {
    return key(environment, createdBy, List.of(), null);
  }

  KeyId key(String environment, MemberId createdBy, List<String> scopes, Instant expiresAt) {
    KeyId key = keyId();
    happened(
        new KeyCreated(
            key,
            "key",
            environment,
            scopes,
            createdBy,
            new IssuedSecret("kl_aaaaaaa", "verifier", now),
            expiresAt,
            now));
    return key;
  }

  CommandContext by(Actor actor) {
    return new CommandContext(actor, Origin.NONE, now);
  }

  /** The events that it becomes, which then have happened. */
  List<OrganizationEvent> when(OrganizationCommand command) {
    List<OrganizationEvent> events = state.decide(command);
    happened(command.context().actor().kind(), events.toArray(OrganizationEvent[]::new));
    return events;
  }

  /** Of what is forbidden only that it is; {@link #missing} says what a member lacks. */
  Refusal refused(OrganizationCommand command) {
    Refusal refusal = wholeRefusal(command);
    return refusal instanceof Refusal.Forbidden ? new Refusal.Forbidden() : refusal;
  }

  /** The one permission for want of which the command is forbidden; {@code null} for none. */
  String missing(OrganizationCommand command) {
    return ((Refusal.Forbidden) wholeRefusal(command)).permission();
  }

  private Refusal wholeRefusal(OrganizationCommand command) {
    long before = state.position();
    Refusal refusal =
        catchThrowableOfType(RefusedException.class, () -> state.decide(command)).refusal();
    assertThat(state.position()).isEqualTo(before);
    return refusal;
  }

  static Refusal refusalOf(org.assertj.core.api.ThrowableAssert.ThrowingCallable action) {
    return catchThrowableOfType(RefusedException.class, action).refusal();
  }

  /** All that were made, whatever became of them. */
  List<Key> allKeys() {
    return made.stream().map(this::stateOf).toList();
  }

  Key stateOf(KeyId key) {
    return state.keys().find(key).orElseThrow();
  }

  Register registration(OrganizationKind kind, String slug, Actor by) {
    return new Register(
        ORGANIZATION, by(by), slug, "Acme", kind, null, PRESETS.find("standard").orElseThrow());
  }

  static KeyId keyId() {
    return KeyId.of(UuidCreator.getTimeOrderedEpoch());
  }

  static PersonId person() {
    return PersonId.of(UuidCreator.getTimeOrderedEpoch());
  }

  static FreshSigningSecret signingSecret() {
    var random = new byte[32];
    Arrays.fill(random, (byte) System.nanoTime());
    return new FreshSigningSecret(
        SIGNING_SECRETS.sealing(), random, Arrays.copyOf(random, SubscriptionSecrets.NONCE));
  }

  static FreshSecret secret() {
    var random = new byte[32];
    Arrays.fill(random, (byte) System.nanoTime());
    return new FreshSecret(PEPPER, random);
  }
}
