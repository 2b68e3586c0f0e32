package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.OtherKind;
import dev.keyledger.command.organization.SubscriptionCommand.ChangeSubscription;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SubscriptionKind;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What becomes of collectors: they are sent history as whoever may read it sees it, so that only
 * such a one says where it goes.
 */
final class Collecting {
  private Collecting() {}

  static void mustSee(SubscriptionKind kind, Principal principal) {
    if (kind.isCollector()) {
      principal.mustHold(Permissions.AUDIT_READ);
    }
  }

  /** What it was, and, behind it, the token that the same command names. */
  static List<OrganizationEvent> changed(
      Subscription one, ChangeSubscription c, OrganizationId organization) {
    mustFit(one, c);
    boolean isSplunk = one.kind() == SubscriptionKind.SPLUNK_HEC;
    FreshSigningSecret token = c.collector().token();
    Fields.check(
        !isSplunk || token != null || c.url() == null || c.url().equals(one.url()),
        "token",
        "what one place is shown is for no other");
    CollectorSettings before = Objects.requireNonNull(one.collector(), "a collector has settings");
    CollectorSettings after = c.collector().of(before);
    Fields.collector(one.kind(), after);
    Instant at = c.context().at();
    var asked = new Settings(c.name(), c.url(), c.events(), after.equals(before) ? null : after);
    var events = new ArrayList<OrganizationEvent>(Subscriptions.changed(one, asked, at));
    if (token != null) {
      int next = one.newest().id() + 1;
      events.add(
          new SubscriptionSecretRotated(
              one.id(), token.issue(organization, one.id(), next, one.signature(), at), at, at));
    }
    return events;
  }

  private static void mustFit(Subscription one, ChangeSubscription c) {
    boolean isSyslog = one.kind() == SubscriptionKind.SYSLOG;
    boolean urlFits = c.url() == null || c.url().startsWith(CollectorSettings.SYSLOG) == isSyslog;
    if (!urlFits || (isSyslog ? c.collector().isOfSplunk() : c.collector().isOfSyslog())) {
      throw new OtherKind().toException();
    }
  }
}
