package dev.keyledger.command.organization;

import static dev.keyledger.command.organization.Given.OPERATOR;
import static dev.keyledger.command.organization.Given.ORGANIZATION;
import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.OtherKind;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.CreateSubscription;
import dev.keyledger.command.organization.SubscriptionCommand.RotateSubscriptionSecret;
import dev.keyledger.command.policy.Policies;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.Actor;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What members may have collectors be. */
class CollectorsTest {
  private static final String SPLUNK = "https://splunk.example:8088/services/collector/event";
  private static final String SYSLOG = "syslog+tls://logs.example:6514";

  private final Given given = Given.anOrganizationOn("standard");
  private final Actor admin = given.member(Role.ADMIN);

  private static FreshSigningSecret token(String text) {
    var nonce = new byte[SubscriptionSecrets.NONCE];
    Arrays.fill(nonce, (byte) text.length());
    return new FreshSigningSecret(
        Given.SIGNING_SECRETS.sealing(), text.getBytes(StandardCharsets.UTF_8), nonce);
  }

  private CreateSubscription splunk(Given in, Actor by, CollectorSettings settings) {
    return creation(in, by, SubscriptionKind.SPLUNK_HEC, SPLUNK, List.of("*"), settings);
  }

  private static CreateSubscription creation(
      Given in,
      Actor by,
      SubscriptionKind kind,
      String url,
      List<String> events,
      CollectorSettings settings) {
    return new CreateSubscription(
        ORGANIZATION,
        in.by(by),
        SubscriptionId.of(UuidCreator.getTimeOrderedEpoch()),
        kind,
        "siem",
        url,
        events,
        SignatureScheme.NONE,
        token(kind == SubscriptionKind.SYSLOG ? "" : "the-token"),
        settings);
  }

  private SubscriptionId splunk() {
    CreateSubscription command = splunk(given, admin, CollectorSettings.NONE);
    given.when(command);
    return command.subscription();
  }

  private SubscriptionId syslog() {
    CreateSubscription command =
        creation(
            given,
            admin,
            SubscriptionKind.SYSLOG,
            SYSLOG,
            List.of("key.*"),
            new CollectorSettings(null, null, 10, "a certificate"));
    given.when(command);
    return command.subscription();
  }

  private ChangeSubscription change(
      SubscriptionId id, @Nullable String url, CollectorChange collector) {
    return new ChangeSubscription(ORGANIZATION, given.by(admin), id, null, url, null, collector);
  }

  private static CollectorChange withToken(@Nullable String text) {
    return new CollectorChange(text == null ? null : token(text), null, null, null, null);
  }

  @Test
  void aCollectorIsMadeWithATokenThatNoAnswerShows() {
    CreateSubscription command =
        splunk(given, admin, new CollectorSettings("security", "ocsf:api", null, null));

    var event = (SubscriptionCreated) given.when(command).getFirst();

    assertThat(event.collector())
        .isEqualTo(new CollectorSettings("security", "ocsf:api", null, null));
    assertThat(command.secret().text(SignatureScheme.NONE)).isEmpty();
    byte[] token =
        Given.SIGNING_SECRETS
            .open(ORGANIZATION, event.subscription(), 1, event.secret().sealed())
            .orElseThrow();
    assertThat(token).asString(StandardCharsets.UTF_8).isEqualTo("the-token");
    assertThat(event.withoutVerifier().secret().sealed()).isNull();
    assertThat(event.withoutVerifier().collector()).isEqualTo(event.collector());
    assertThat(command.toString()).doesNotContain("the-token");
  }

  @Test
  void whoMayNotReadHistoryMayNotHaveItSentAnywhere() {
    Given limited =
        Given.anOrganizationWith(
            Policies.withRole(
                new Presets().find("standard").orElseThrow(),
                Role.ADMIN,
                List.of(Permissions.SUBSCRIPTIONS_MANAGE)));
    Actor blind = limited.member(Role.ADMIN);
    CreateSubscription byOwner = splunk(limited, OPERATOR, CollectorSettings.NONE);
    limited.when(byOwner);

    assertThat(limited.missing(splunk(limited, blind, CollectorSettings.NONE)))
        .isEqualTo(Permissions.AUDIT_READ);
    assertThat(
            limited.missing(
                new ChangeSubscription(
                    ORGANIZATION,
                    limited.by(blind),
                    byOwner.subscription(),
                    null,
                    "https://elsewhere.example/",
                    null,
                    withToken("another"))))
        .isEqualTo(Permissions.AUDIT_READ);
  }

  @Test
  void aTokenIsExchangedAtOnceAndAnotherUrlComesWithOne() {
    SubscriptionId id = splunk();

    assertThat(given.refused(change(id, "https://elsewhere.example/", CollectorChange.NONE)))
        .isInstanceOfSatisfying(
            InvalidField.class, refusal -> assertThat(refusal.field()).isEqualTo("token"));
    List<OrganizationEvent> events =
        given.when(change(id, "https://elsewhere.example/", withToken("another")));

    assertThat(events).hasSize(2);
    assertThat(((SubscriptionChanged) events.getFirst()).after())
        .isEqualTo(new Settings(null, "https://elsewhere.example/", null));
    var rotated = (SubscriptionSecretRotated) events.getLast();
    assertThat(rotated.secret().id()).isEqualTo(2);
    assertThat(rotated.previousValidUntil()).isEqualTo(rotated.at());
    assertThat(given.when(change(id, null, withToken("a third")))).hasSize(1);
  }

  @Test
  void whatIsSentHowIsChangedFieldByFieldAndAnEmptyTextClears() {
    SubscriptionId id = syslog();

    var changed =
        (SubscriptionChanged)
            given.when(change(id, null, new CollectorChange(null, null, null, 4, ""))).getFirst();

    assertThat(changed.before().collector())
        .isEqualTo(new CollectorSettings(null, null, 10, "a certificate"));
    assertThat(changed.after().collector()).isEqualTo(new CollectorSettings(null, null, 4, null));
    assertThat(given.when(change(id, null, new CollectorChange(null, null, null, 4, ""))))
        .isEmpty();
    assertThat(given.when(change(id, "syslog+tls://other.example:6514", CollectorChange.NONE)))
        .hasSize(1);
  }

  @Test
  void noKindHasWhatIsAnothers() {
    SubscriptionId splunk = splunk();
    SubscriptionId syslog = syslog();

    for (ChangeSubscription command :
        List.of(
            change(splunk, SYSLOG, withToken("another")),
            change(splunk, null, new CollectorChange(null, null, null, 4, null)),
            change(syslog, SPLUNK, CollectorChange.NONE),
            change(syslog, null, withToken("a token")))) {
      assertThat(given.refused(command)).isEqualTo(new OtherKind());
    }
    assertThat(
            given.refused(
                new RotateSubscriptionSecret(
                    ORGANIZATION, given.by(admin), splunk, null, Given.signingSecret())))
        .isEqualTo(new OtherKind());
    assertThat(
            Given.refusalOf(() ->
                creation(
                    given,
                    admin,
                    SubscriptionKind.SYSLOG,
                    SYSLOG,
                    List.of("*"),
                    new CollectorSettings("security", null, null, null))))
        .isInstanceOf(InvalidField.class);
  }

  @Test
  void whatHappensBesideTheLedgerIsACollectorsAlone() {
    assertThat(
            given.when(
                creation(
                    given,
                    admin,
                    SubscriptionKind.SPLUNK_HEC,
                    SPLUNK,
                    List.of("sign_in.*", "key.denied"),
                    CollectorSettings.NONE)))
        .hasSize(1);
    var webhook =
        new CreateSubscription(
            ORGANIZATION,
            given.by(admin),
            SubscriptionId.of(UuidCreator.getTimeOrderedEpoch()),
            SubscriptionKind.WEBHOOK,
            "hook",
            "https://receiver.example/",
            List.of("*"),
            SignatureScheme.V1,
            Given.signingSecret());
    given.when(webhook);
    assertThat(
            given.refused(
                new ChangeSubscription(
                    ORGANIZATION,
                    given.by(admin),
                    webhook.subscription(),
                    null,
                    null,
                    List.of("sign_in.*"))))
        .isInstanceOf(InvalidField.class);
  }

  @Test
  void whatIsSaidOfACollectorIsInItsForm() {
    for (CollectorSettings wrong :
        List.of(
            new CollectorSettings("Security", null, null, null),
            new CollectorSettings("a\"b", null, null, null),
            new CollectorSettings(null, "a b", null, null),
            new CollectorSettings(null, "a\"", null, null))) {
      assertThat(Given.refusalOf(() -> splunk(given, admin, wrong)))
          .isInstanceOf(InvalidField.class);
    }
    for (CollectorSettings wrong :
        List.of(
            new CollectorSettings(null, null, 24, null),
            new CollectorSettings(null, null, -1, null),
            new CollectorSettings(null, null, null, "x".repeat(10_001)))) {
      assertThat(
              Given.refusalOf(() ->
                  creation(given, admin, SubscriptionKind.SYSLOG, SYSLOG, List.of("*"), wrong)))
          .isInstanceOf(InvalidField.class);
    }
  }

  @Test
  void aSnapshotHasAllOfACollector() {
    SubscriptionId id = syslog();
    given.when(change(id, null, new CollectorChange(null, null, null, 4, null)));
    Subscription before = given.state.subscriptions().find(id).orElseThrow();

    OrganizationState restored = restored(OrganizationSnapshot.of(given.state).parts());

    assertThat(restored.subscriptions().find(id)).contains(before);
  }

  private static OrganizationState restored(List<byte[]> parts) {
    return OrganizationSnapshot.restore(parts.getFirst(), parts::get, true);
  }
}
