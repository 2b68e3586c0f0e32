package dev.keyledger.events;

import dev.keyledger.events.KeyEvent.KeyRevoked.Cause;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.CommandRules;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.KeyTokenRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.Role;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/** One event of each type, with every field set to something that shows. */
final class Samples {
  static final String UUID_TEXT = "0190f5c2-7b3a-7c4d-8e5f-0123456789ab";
  static final OrganizationId ORGANIZATION = new OrganizationId("org_" + UUID_TEXT);
  static final MemberId MEMBER = new MemberId("mem_" + UUID_TEXT);
  static final PersonId PERSON = new PersonId("per_" + UUID_TEXT);
  static final KeyId KEY = new KeyId("key_" + UUID_TEXT);
  static final Instant AT = Instant.parse("2026-05-28T14:43:58.000Z");
  static final Instant LATER = Instant.parse("2026-06-28T14:43:58.123Z");
  static final IssuedSecret SECRET =
      new IssuedSecret("sk_live_aB3dE5g", "nEvErAsEcReT-oNlYaVeRiFiEr_0123456789abcdef", AT);

  static final SubscriptionId SUBSCRIPTION = new SubscriptionId("sub_" + UUID_TEXT);
  static final SubscriptionSecret SIGNED_BY =
      SubscriptionSecret.committed(
          2, "a.nEvErAsEcReT-oNlYsEaLeD", "whpk_ERERERERERERERERERERERERERERERERERERERERERE=", AT);

  static final Policy POLICY =
      new Policy(
          "incard",
          List.of("sandbox", "live"),
          Policy.EnvironmentChoice.CREATOR,
          List.of("live"),
          List.of("sandbox", "live"),
          Policy.AllowlistManagers.OPERATOR,
          new KeyRules(
              Map.of("live", "sk_live"),
              List.of(KeyRules.KeyUse.EXCHANGE),
              KeyRules.Creators.ANY_MEMBER,
              KeyRules.Authority.CREATOR,
              new KeyRules.Limit(5, KeyRules.Limit.Per.ENVIRONMENT),
              new KeyRules.Rate(1, Duration.ofMinutes(1)),
              KeyRules.Expiry.OPTIONAL,
              Duration.ofDays(1),
              Duration.ofDays(7),
              KeyRules.OutstandingTokens.EXPIRE),
          new KeyTokenRules(
              KeyTokenRules.Format.OPAQUE,
              Duration.ofMinutes(15),
              Duration.ofDays(7),
              Refresh.RENEWED,
              Duration.ofDays(90),
              Duration.ofSeconds(5),
              new KeyRules.Rate(600, Duration.ofMinutes(1))),
          new SessionRules(
              Duration.ofMinutes(15),
              Duration.ofDays(30),
              Refresh.RENEWED,
              Duration.ofDays(180),
              Duration.ofSeconds(10),
              SessionRules.SecondStep.WHEN_ENROLLED),
          Map.of(Role.OWNER, List.of("api_keys.create")),
          List.of("payments.write"),
          new CommandRules(new KeyRules.Rate(300, Duration.ofHours(1))));

  static final List<OrganizationEvent> EVENTS =
      List.of(
          new StandingEvent.OrganizationRegistered(
              ORGANIZATION, "acme", "Acme", OrganizationKind.STANDARD, "incard", POLICY, AT),
          new StandingEvent.OrganizationVerified(AT),
          new StandingEvent.LiveEnabled(AT),
          new StandingEvent.OrganizationSuspended("unpaid", AT),
          new StandingEvent.OrganizationReinstated(AT),
          new StandingEvent.PolicyChanged(POLICY, POLICY, true, AT),
          new StandingEvent.IpAllowlistChanged(
              List.of(), List.of("10.0.0.0/8", "2001:db8::/32"), List.of(), List.of("live"), AT),
          new MemberEvent.MemberAdded(
              MEMBER, PERSON, new SealedText(PERSON, "c2VhbGVk"), Role.ADMIN, AT),
          new MemberEvent.MemberRoleChanged(MEMBER, Role.ADMIN, Role.EMPLOYEE, AT),
          new MemberEvent.MemberRemoved(MEMBER, Role.EMPLOYEE, AT),
          new MemberEvent.MemberErased(MEMBER, AT),
          new PersonEvent.PersonErased(PERSON, AT),
          new KeyEvent.KeyCreated(
              KEY, "ci", "live", List.of("clients.read"), MEMBER, SECRET, LATER, AT),
          new KeyEvent.KeyRotated(KEY, SECRET, LATER, AT),
          new KeyEvent.RotationCompleted(KEY, "sk_live_aB3dE5g", AT, LATER),
          new KeyEvent.RotationRolledBack(KEY, "sk_live_aB3dE5g", AT),
          new KeyEvent.KeyScopesNarrowed(KEY, List.of(), List.of("clients.read"), AT),
          new KeyEvent.KeyRenamed(KEY, "ci", "deploy", AT),
          new KeyEvent.KeyLeaked(
              KEY,
              "kl_live_aB3dE7",
              "https://code.example/acme/app/blob/main/.env",
              "content",
              KEY,
              AT),
          new KeyEvent.KeySuspended(KEY, AT.plusSeconds(60), "who uses it?", AT),
          new KeyEvent.KeyResumed(KEY, AT, AT),
          new KeyEvent.KeyEndingSoon(KEY, KeyEvent.KeyEndingSoon.Cause.EXPIRY, LATER, 7, AT),
          new KeyEvent.KeyRevoked(KEY, Cause.REQUESTED, "leaked", AT),
          new KeyEvent.KeyExpired(KEY, AT, LATER),
          new SubscriptionEvent.SubscriptionCreated(
              SUBSCRIPTION,
              SubscriptionKind.WEBHOOK,
              "siem",
              "https://receiver.example/keyledger",
              List.of("key.*", "member.removed"),
              SignatureScheme.V1A,
              SIGNED_BY,
              AT),
          new SubscriptionEvent.SubscriptionChanged(
              SUBSCRIPTION,
              new Settings("siem", "https://receiver.example/keyledger", List.of("key.*")),
              new Settings("audit", "https://other.example/", List.of("*")),
              AT),
          new SubscriptionEvent.SubscriptionSecretRotated(SUBSCRIPTION, SIGNED_BY, LATER, AT),
          new SubscriptionEvent.SubscriptionPaused(
              SUBSCRIPTION, SubscriptionEvent.SubscriptionPaused.Cause.REQUESTED, "moving", AT),
          new SubscriptionEvent.SubscriptionResumed(SUBSCRIPTION, AT),
          new SubscriptionEvent.SubscriptionRemoved(
              SUBSCRIPTION, SubscriptionRecord.State.PAUSED, AT));

  static LedgerEvent inLedger(OrganizationEvent event) {
    return new LedgerEvent(
        ORGANIZATION,
        17,
        new EventId("evt_" + UUID_TEXT),
        new Actor(Actor.Kind.MEMBER, PERSON, MEMBER, new SessionId("ses_" + UUID_TEXT)),
        new Origin("req-1", new SealedText(PERSON, "c2VhbGVk"), null),
        event);
  }

  private Samples() {}
}
