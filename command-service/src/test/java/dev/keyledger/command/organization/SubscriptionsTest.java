package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.OrganizationSuspended;
import dev.keyledger.command.organization.Refusal.RotationInProgress;
import dev.keyledger.command.organization.Refusal.SubscriptionLimitReached;
import dev.keyledger.command.organization.Refusal.SubscriptionNotFound;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.CreateSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.DisableSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.PauseSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RemoveSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.ResumeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused.Cause;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.crypto.params.Ed25519PrivateKeyParameters;
import org.junit.jupiter.api.Test;

class SubscriptionsTest {
  private static final String URL = "https://receiver.example/keyledger";

  private static final String CAEP = "https://schemas.openid.net/secevent/caep/event-type/";
  private static final String CREDENTIAL_CHANGE = CAEP + "credential-change";
  private static final String SESSION_REVOKED = CAEP + "session-revoked";

  private final Given given = Given.anOrganizationOn("standard");
  private final Actor admin = given.member(Role.ADMIN);
  private final Actor auditor = given.member(Role.AUDITOR);

  private static SubscriptionId id() {
    return SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
  }

  private CreateSubscription creation(Actor by, SignatureScheme scheme, List<String> events) {
    return new CreateSubscription(
        ORGANIZATION,
        given.by(by),
        id(),
        SubscriptionKind.WEBHOOK,
        "siem",
        URL,
        events,
        scheme,
        Given.signingSecret());
  }

  private SubscriptionId created(SignatureScheme scheme) {
    CreateSubscription command = creation(admin, scheme, List.of("key.*"));
    given.when(command);
    return command.subscription();
  }

  private RotateSubscriptionSecret rotation(Actor by, SubscriptionId id, Duration overlap) {
    return new RotateSubscriptionSecret(
        ORGANIZATION, given.by(by), id, overlap, Given.signingSecret());
  }

  private PauseSubscription pause(Actor by, SubscriptionId id) {
    return new PauseSubscription(ORGANIZATION, given.by(by), id, "moving");
  }

  private ResumeSubscription resume(Actor by, SubscriptionId id) {
    return new ResumeSubscription(ORGANIZATION, given.by(by), id);
  }

  private RemoveSubscription remove(Actor by, SubscriptionId id) {
    return new RemoveSubscription(ORGANIZATION, given.by(by), id);
  }

  private DisableSubscription disable(Actor by, SubscriptionId id) {
    return new DisableSubscription(ORGANIZATION, given.by(by), id);
  }

  private ChangeSubscription change(
      Actor by, SubscriptionId id, String name, String url, List<String> events) {
    return new ChangeSubscription(ORGANIZATION, given.by(by), id, name, url, events);
  }

  private Subscription stateOf(SubscriptionId id) {
    return given.state.subscriptions().find(id).orElseThrow();
  }

  @Test
  void aSubscriptionIsCreatedWithASecretThatOnlyItsAnswerShows() {
    CreateSubscription command =
        creation(admin, SignatureScheme.V1, List.of("key.revoked", "member.*", "key.revoked"));

    var event = (SubscriptionCreated) given.when(command).getFirst();

    assertThat(event.events()).containsExactly("key.revoked", "member.*");
    assertThat(event.secret().id()).isEqualTo(1);
    assertThat(event.secret().publicKey()).isNull();
    assertThat(event.fitsItsCommitment()).isTrue();
    byte[] secret =
        Given.SIGNING_SECRETS
            .open(ORGANIZATION, event.subscription(), 1, event.secret().sealed())
            .orElseThrow();
    assertThat(command.secret().text(SignatureScheme.V1).orElseThrow().revealSecret())
        .isEqualTo("whsec_" + Base64.getEncoder().encodeToString(secret));
    assertThat(event.withoutVerifier().secret().sealed()).isNull();
    assertThat(command.toString()).doesNotContain("whsec_");
  }

  @Test
  void aKeysEndIsToldToThoseWhoTakeItNowAndWantIt() {
    SubscriptionId wants = created(SignatureScheme.V1);
    given.when(creation(admin, SignatureScheme.V1, List.of("member.*", "key.created")));
    given.when(pause(admin, created(SignatureScheme.V1)));
    SubscriptionId stream = id();
    given.happened(streamOf(stream, CREDENTIAL_CHANGE), streamOf(id(), SESSION_REVOKED));
    var key = KeyId.of(UuidCreator.getTimeOrderedEpoch());
    var revoked = new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, given.now());

    assertThat(given.state.receiversOf(List.of(revoked)))
        .extracting(Subscription::id)
        .containsExactly(wants, stream);
    // It had ended before: they may have been told then.
    assertThat(given.state.receiversOf(List.of())).hasSize(2);
    assertThat(given.state.receiversOf(List.of(new KeyRenamed(key, "a", "b", given.now()))))
        .isEmpty();
  }

  private SubscriptionCreated streamOf(SubscriptionId id, String type) {
    return new SubscriptionCreated(
        id,
        SubscriptionKind.SSF,
        "a stream",
        "/v1/ssf/streams/" + id + "/poll",
        List.of(type),
        SignatureScheme.RS256,
        SubscriptionSecret.committed(1, "sealed", null, given.now()),
        given.now());
  }

  @Test
  void ofAnAsymmetricOneThePublicKeyIsToldAndNobodyIsShownThePrivateHalf() {
    CreateSubscription command = creation(admin, SignatureScheme.V1A, List.of("*"));

    var event = (SubscriptionCreated) given.when(command).getFirst();

    byte[] seed =
        Given.SIGNING_SECRETS
            .open(ORGANIZATION, event.subscription(), 1, event.secret().sealed())
            .orElseThrow();
    byte[] point = new Ed25519PrivateKeyParameters(seed, 0).generatePublicKey().getEncoded();
    assertThat(event.secret().publicKey())
        .isEqualTo("whpk_" + Base64.getEncoder().encodeToString(point));
    assertThat(command.secret().text(SignatureScheme.V1A)).isEmpty();
  }

  @Test
  void whoMayNotManageSubscriptionsIsToldWhichPermissionTheyLack() {
    SubscriptionId id = created(SignatureScheme.V1);
    for (var command :
        List.of(
            creation(auditor, SignatureScheme.V1, List.of("*")),
            change(auditor, id, "other", null, null),
            rotation(auditor, id, null),
            pause(auditor, id),
            resume(auditor, id),
            remove(auditor, id),
            remove(auditor, id()))) {
      assertThat(given.missing(command)).isEqualTo("subscriptions.manage");
    }
  }

  @Test
  void onlyThePlatformItselfSaysThatAReceiverIsGone() {
    SubscriptionId id = created(SignatureScheme.V1);
    for (Actor by : List.of(admin, OPERATOR)) {
      assertThat(given.refused(disable(by, id))).isEqualTo(new Forbidden());
    }

    DisableSubscription command = disable(Actor.SYSTEM, id);
    List<OrganizationEvent> events = given.when(command);

    assertThat(events).containsExactly(new SubscriptionPaused(id, Cause.GONE, null, given.now()));
    assertThat(new Causes(command).of(events.getFirst()))
        .isEqualTo(EventCause.reaction("receiver_gone"));
    assertThat(stateOf(id).pausedFor()).isEqualTo(Cause.GONE);
    assertThat(given.when(disable(Actor.SYSTEM, id))).isEmpty();
    assertThat(given.when(disable(Actor.SYSTEM, id()))).isEmpty();
  }

  @Test
  void anOrganizationHasTwentyAtATimeAndARemovedOneCountsNoMore() {
    List<SubscriptionId> ids = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      ids.add(created(SignatureScheme.V1));
    }
    given.when(pause(admin, ids.getFirst()));
    assertThat(given.refused(creation(admin, SignatureScheme.V1, List.of("*"))))
        .isEqualTo(new SubscriptionLimitReached(20));

    given.when(remove(admin, ids.getFirst()));

    assertThat(given.when(creation(admin, SignatureScheme.V1, List.of("*")))).hasSize(1);
  }

  @Test
  void aChangeSaysWhatChangedAndNothingElse() {
    SubscriptionId id = created(SignatureScheme.V1);

    assertThat(given.when(change(admin, id, "siem", "https://other.example/", List.of("*"))))
        .containsExactly(
            new SubscriptionChanged(
                id,
                new Settings(null, URL, List.of("key.*")),
                new Settings(null, "https://other.example/", List.of("*")),
                given.now()));

    assertThat(given.when(change(admin, id, "siem", null, List.of("*")))).isEmpty();
    assertThat(given.when(change(admin, id, null, null, null))).isEmpty();
    assertThat(stateOf(id).url()).isEqualTo("https://other.example/");
    assertThat(stateOf(id).name()).isEqualTo("siem");
    assertThat(stateOf(id).events()).containsExactly("*");
  }

  @Test
  void bothSecretsSignUntilTheOverlapIsOverAndNoThirdOneIsIssuedMeanwhile() {
    SubscriptionId id = created(SignatureScheme.V1);
    Instant rotatedAt = given.now();

    var event = (SubscriptionSecretRotated) given.when(rotation(admin, id, null)).getFirst();

    assertThat(event.secret().id()).isEqualTo(2);
    assertThat(event.previousValidUntil()).isEqualTo(rotatedAt.plus(Duration.ofDays(1)));
    given.later(Duration.ofDays(1).minusMillis(1));
    assertThat(stateOf(id).secrets()).allMatch(secret -> secret.isValidAt(given.now()));
    assertThat(given.refused(rotation(admin, id, null))).isEqualTo(new RotationInProgress());
    given.later(Duration.ofMillis(1));
    assertThat(stateOf(id).secrets().stream().filter(one -> one.isValidAt(given.now())))
        .extracting(SubscriptionRecord.Secret::id)
        .containsExactly(2);

    given.when(rotation(admin, id, Duration.ZERO));

    assertThat(stateOf(id).secrets())
        .extracting(SubscriptionRecord.Secret::id)
        .containsExactly(2, 3);
    assertThat(stateOf(id).olderSecretAt(given.now())).isEmpty();
    assertThat(given.when(rotation(admin, id, Duration.ofDays(7)))).hasSize(1);
  }

  @Test
  void aPauseLastsUntilItIsResumedAndBothAreSaidOnce() {
    SubscriptionId id = created(SignatureScheme.V1);

    assertThat(given.when(pause(admin, id)))
        .containsExactly(new SubscriptionPaused(id, Cause.REQUESTED, "moving", given.now()));
    assertThat(given.when(pause(admin, id))).isEmpty();
    assertThat(stateOf(id).state()).isEqualTo(State.PAUSED);

    assertThat(given.when(resume(admin, id)))
        .containsExactly(new SubscriptionResumed(id, given.now()));
    assertThat(given.when(resume(admin, id))).isEmpty();
    assertThat(stateOf(id).state()).isEqualTo(State.ACTIVE);
    assertThat(stateOf(id).pausedFor()).isNull();
  }

  @Test
  void nothingFollowsOnceItIsRemoved() {
    SubscriptionId id = created(SignatureScheme.V1);

    assertThat(given.when(remove(admin, id)))
        .containsExactly(new SubscriptionRemoved(id, State.ACTIVE, given.now()));

    for (var command :
        List.of(
            change(admin, id, "other", null, null),
            rotation(admin, id, null),
            pause(admin, id),
            resume(admin, id),
            remove(admin, id))) {
      assertThat(given.refused(command)).isEqualTo(new SubscriptionNotFound());
    }
    assertThat(given.state.subscriptions().all()).isEmpty();
  }

  @Test
  void deliveryIsToldTheWholeStateAndOfARemovedOneNoSecret() {
    CreateSubscription command = creation(admin, SignatureScheme.V1, List.of("key.*"));
    var event = (SubscriptionCreated) given.state.decide(command).getFirst();
    long position = given.state.position() + 1;
    Subscription after = given.state.subscriptions().after(event, position);

    SubscriptionRecord told = Subscriptions.record(ORGANIZATION, position, after);

    assertThat(told.createdPosition()).isEqualTo(position);
    assertThat(told.state()).isEqualTo(State.ACTIVE);
    assertThat(told.secrets().getFirst().sealed()).isEqualTo(event.secret().sealed());
    given.happened(event);
    var removal =
        (SubscriptionEvent) given.state.decide(remove(admin, event.subscription())).getFirst();
    Subscription removed = given.state.subscriptions().after(removal, position + 1);
    assertThat(removed.state()).isEqualTo(State.REMOVED);
    assertThat(removed.secrets()).isEmpty();
    // Asked about, not applied.
    assertThat(stateOf(event.subscription()).state()).isEqualTo(State.ACTIVE);
  }

  @Test
  void whatIsSuspendedGainsNothingAndTheOperatorMayStillTakeAway() {
    SubscriptionId id = created(SignatureScheme.V1);
    given.when(new StandingCommand.Suspend(ORGANIZATION, given.by(OPERATOR), null));

    for (Actor by : List.of(admin, OPERATOR)) {
      for (var command :
          List.of(
              creation(by, SignatureScheme.V1, List.of("*")),
              change(by, id, "other", null, null),
              rotation(by, id, null),
              resume(by, id))) {
        assertThat(given.refused(command)).isEqualTo(new OrganizationSuspended());
      }
    }
    assertThat(given.refused(remove(admin, id))).isEqualTo(new OrganizationSuspended());
    assertThat(given.when(pause(OPERATOR, id))).hasSize(1);
    assertThat(given.when(remove(OPERATOR, id))).hasSize(1);
  }

  @Test
  void whatIsSaidOfASubscriptionIsText() {
    for (List<String> events :
        List.of(List.<String>of(), List.of("key.revokd"), List.of("key*"), List.of("*", ""))) {
      assertThat(Given.refusalOf(() -> creation(admin, SignatureScheme.V1, events)))
          .isInstanceOfSatisfying(
              InvalidField.class, refusal -> assertThat(refusal.field()).isEqualTo("events"));
    }
    for (Duration overlap : List.of(Duration.ofSeconds(-1), Duration.ofDays(7).plusSeconds(1))) {
      assertThat(Given.refusalOf(() -> rotation(admin, id(), overlap)))
          .isInstanceOfSatisfying(
              InvalidField.class,
              refusal -> assertThat(refusal.field()).isEqualTo("overlap_seconds"));
    }
    assertThat(Given.refusalOf(() -> change(admin, id(), " ", null, null)))
        .isInstanceOf(InvalidField.class);
  }

  @Test
  void aSnapshotHasThemAndOneOfBeforeThereWereAnyHasNone() {
    assertThat(OrganizationSnapshot.of(given.state).format())
        .isEqualTo(OrganizationSnapshot.FORMAT);
    List<byte[]> before = OrganizationSnapshot.of(given.state).parts();
    assertThat(new String(before.getFirst(), StandardCharsets.UTF_8))
        .doesNotContain("subscriptions\":");
    assertThat(restored(before).subscriptions().all()).isEmpty();

    SubscriptionId id = created(SignatureScheme.V1A);
    given.when(rotation(admin, id, null));
    given.when(pause(admin, id));
    OrganizationSnapshot taken = OrganizationSnapshot.of(given.state);

    // A release that knows none must not go on from it: it would forget them.
    assertThat(taken.format()).isNotEqualTo(OrganizationSnapshot.FORMAT);
    assertThat(OrganizationSnapshot.FORMATS).contains(taken.format());
    assertThat(restored(taken.parts()).subscriptions().find(id)).contains(stateOf(id));
  }

  private static OrganizationState restored(List<byte[]> parts) {
    return OrganizationSnapshot.restore(parts.getFirst(), parts::get, true);
  }

  @Test
  void whatWasAppliedIsTakenBackAsIfItHadNotBeen() {
    SubscriptionId id = created(SignatureScheme.V1);
    given.when(rotation(admin, id, null));
    Subscription before = stateOf(id);
    var back = new ArrayList<Runnable>();
    for (OrganizationEvent event :
        List.of(
            new SubscriptionPaused(id, Cause.REQUESTED, null, given.now()),
            new SubscriptionRemoved(id, State.PAUSED, given.now()))) {
      back.add(given.state.apply(event, given.state.position() + 1));
    }
    assertThat(given.state.subscriptions().find(id)).isEmpty();

    back.reversed().forEach(Runnable::run);

    assertThat(stateOf(id)).isEqualTo(before);
  }
}
