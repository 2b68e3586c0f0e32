package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.KeyCommand.RevokeKey;
import dev.keyledger.command.organization.KeyCommand.SuspendKey;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.OtherKind;
import dev.keyledger.command.organization.Refusal.StreamExists;
import dev.keyledger.command.organization.Refusal.SubscriptionLimitReached;
import dev.keyledger.command.organization.Refusal.SubscriptionNotFound;
import dev.keyledger.command.organization.StreamCommand.ChangeStream;
import dev.keyledger.command.organization.StreamCommand.CreateStream;
import dev.keyledger.command.organization.StreamCommand.RemoveStream;
import dev.keyledger.command.organization.StreamCommand.SetStreamStatus;
import dev.keyledger.command.organization.StreamCommand.Status;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.PauseSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.events.Actor;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused.Cause;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Streams of security events, which their receivers see to. */
class StreamsTest {
  private static final String URL = "https://receiver.example/events";
  private static final String TYPE = "https://schemas.openid.net/secevent/caep/event-type/x";

  private final Given given = Given.anOrganizationOn("standard");
  private final Actor admin = given.member(Role.ADMIN);
  private final KeyId key = given.key("live", admin.member());
  private final KeyId other = given.key("live", admin.member());

  private CreateStream creation(Actor by, @Nullable KeyId receiver) {
    return new CreateStream(
        ORGANIZATION,
        given.by(by),
        SubscriptionId.of(UuidCreator.getTimeOrderedEpoch()),
        receiver,
        "siem",
        URL,
        List.of(TYPE, TYPE),
        Given.signingSecret());
  }

  private SubscriptionId created() {
    CreateStream command = creation(Actor.SYSTEM, key);
    given.when(command);
    return command.subscription();
  }

  private SetStreamStatus set(SubscriptionId id, KeyId by, Status status) {
    return new SetStreamStatus(ORGANIZATION, given.by(Actor.SYSTEM), id, by, status, "why");
  }

  private RemoveStream remove(SubscriptionId id, @Nullable KeyId by) {
    return new RemoveStream(ORGANIZATION, given.by(by == null ? admin : Actor.SYSTEM), id, by);
  }

  @Test
  void aKeyThatWorksHasOneStream() {
    CreateStream command = creation(Actor.SYSTEM, key);
    assertThat(given.when(command))
        .singleElement()
        .isInstanceOfSatisfying(
            SubscriptionCreated.class,
            created -> {
              assertThat(created.kind()).isEqualTo(SubscriptionKind.SSF);
              assertThat(created.signature()).isEqualTo(SignatureScheme.RS256);
              assertThat(created.receiver()).isEqualTo(key);
              assertThat(created.events()).containsExactly(TYPE);
              assertThat(created.withoutVerifier().secret().sealed()).isNull();
              assertThat(created.withoutVerifier().receiver()).isEqualTo(key);
            });
    assertThat(given.refused(creation(Actor.SYSTEM, key))).isEqualTo(new StreamExists());
    assertThat(given.when(creation(Actor.SYSTEM, other))).hasSize(1);
  }

  @Test
  void whoNoLongerWorksOrIsNobodyMakesNone() {
    given.when(new SuspendKey(ORGANIZATION, given.by(admin), key, null, "why"));
    given.when(new RevokeKey(ORGANIZATION, given.by(admin), other, null));
    for (KeyId receiver : List.of(key, other, Given.keyId())) {
      assertThat(given.refused(creation(Actor.SYSTEM, receiver))).isInstanceOf(Forbidden.class);
    }
    assertThat(given.refused(creation(Actor.SYSTEM, null))).isInstanceOf(Forbidden.class);
    assertThat(given.refused(creation(Given.OPERATOR, null))).isInstanceOf(Forbidden.class);
    assertThat(given.refused(creation(given.member(Role.AUDITOR), null)))
        .isInstanceOf(Forbidden.class);
  }

  @Test
  void aMemberWhoMayManageSubscriptionsHasAsManyAsThereIsRoomFor() {
    for (int i = 0; i < Subscriptions.MOST; i++) {
      assertThat(given.when(creation(admin, null))).hasSize(1);
    }
    assertThat(given.refused(creation(admin, null)))
        .isEqualTo(new SubscriptionLimitReached(Subscriptions.MOST));
    assertThat(given.refused(creation(Actor.SYSTEM, key)))
        .isEqualTo(new SubscriptionLimitReached(Subscriptions.MOST));
  }

  @Test
  void anotherKeysStreamIsNotThereAndAMembersEyesSeeAll() {
    SubscriptionId id = created();
    assertThat(given.refused(set(id, other, Status.PAUSED))).isEqualTo(new SubscriptionNotFound());
    assertThat(given.refused(remove(id, other))).isEqualTo(new SubscriptionNotFound());
    assertThat(given.when(remove(id, null))).hasSize(1);
  }

  @Test
  void aStreamIsPausedDisabledAndEnabledOnceEach() {
    SubscriptionId id = created();
    assertThat(given.when(set(id, key, Status.ENABLED))).isEmpty();
    assertThat(given.when(set(id, key, Status.PAUSED)))
        .containsExactly(new SubscriptionPaused(id, Cause.REQUESTED, "why", given.now()));
    assertThat(given.when(set(id, key, Status.PAUSED))).isEmpty();
    assertThat(given.when(set(id, key, Status.DISABLED)))
        .containsExactly(new SubscriptionPaused(id, Cause.DISABLED, "why", given.now()));
    assertThat(given.when(set(id, key, Status.ENABLED)))
        .containsExactly(new SubscriptionResumed(id, given.now()));
  }

  @Test
  void whatItsReceiverIsShownIsAnotherAtOnce() {
    SubscriptionId id = created();
    List<OrganizationEvent> events =
        given.when(
            new ChangeStream(
                ORGANIZATION,
                given.by(Actor.SYSTEM),
                id,
                key,
                null,
                URL + "/other",
                null,
                Given.signingSecret()));
    assertThat(events).hasSize(2);
    assertThat(events.getFirst()).isInstanceOf(SubscriptionChanged.class);
    assertThat(((SubscriptionSecretRotated) events.getLast()).previousValidUntil())
        .isEqualTo(given.now());
  }

  @Test
  void whatIsForWebhooksIsRefused() {
    SubscriptionId id = created();
    assertThat(
            given.refused(
                new RotateSubscriptionSecret(
                    ORGANIZATION, given.by(admin), id, null, Given.signingSecret())))
        .isEqualTo(new OtherKind());
    assertThat(
            given.refused(
                new ChangeSubscription(
                    ORGANIZATION, given.by(admin), id, null, null, List.of("key.*"))))
        .isEqualTo(new OtherKind());
    assertThat(given.when(new PauseSubscription(ORGANIZATION, given.by(admin), id, null)))
        .hasSize(1);
  }

  @Test
  void aStreamRestsWithItsReceiversKey() {
    SubscriptionId id = created();
    assertThat(given.when(new SuspendKey(ORGANIZATION, given.by(admin), key, null, "why")))
        .contains(new SubscriptionPaused(id, Cause.REQUESTED, null, given.now()));
    assertThat(given.refused(set(id, key, Status.ENABLED))).isInstanceOf(Forbidden.class);
  }

  @Test
  void ofASuspendedOrganizationNoKeySeesToAStream() {
    SubscriptionId id = created();
    given.happened(new OrganizationSuspended("why", given.now()));
    assertThat(given.refused(set(id, key, Status.PAUSED)))
        .isEqualTo(new Refusal.OrganizationSuspended());
  }

  @Test
  void anotherPlaceIsShownAnother() {
    SubscriptionId id = created();
    var elsewhere =
        new ChangeStream(
            ORGANIZATION, given.by(Actor.SYSTEM), id, key, null, URL + "/other", null, null);
    assertThat(given.refused(elsewhere)).isInstanceOf(InvalidField.class);
  }

  @Test
  void aStreamEndsWithItsReceiversKey() {
    SubscriptionId id = created();
    List<OrganizationEvent> events =
        given.when(new RevokeKey(ORGANIZATION, given.by(admin), key, null));
    assertThat(events.getFirst()).isInstanceOf(KeyRevoked.class);
    assertThat(events.getLast())
        .isInstanceOfSatisfying(
            SubscriptionRemoved.class, removed -> assertThat(removed.subscription()).isEqualTo(id));
    assertThat(given.state.subscriptions().all()).isEmpty();
  }
}
