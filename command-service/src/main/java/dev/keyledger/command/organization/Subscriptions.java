package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.OtherKind;
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
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.EventPattern;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Whom the organisation has told of its events. One that was removed is forgotten: nothing can
 * follow.
 */
public final class Subscriptions {
  /** Of one organisation at a time, paused ones included. */
  static final int MOST = 20;

  /** What of CAEP 1.0 tells that a key has ended. */
  private static final String CREDENTIAL_CHANGE =
      "https://schemas.openid.net/secevent/caep/event-type/credential-change";

  private static final Duration OVERLAP = Duration.ofDays(1);
  private static final long BYTES_OF_ONE = 4_000;

  private final Map<SubscriptionId, Subscription> byId = new LinkedHashMap<>();

  Subscriptions() {}

  static Subscriptions restore(Collection<Subscription> all) {
    var subscriptions = new Subscriptions();
    all.forEach(one -> subscriptions.byId.put(one.id(), one));
    return subscriptions;
  }

  List<OrganizationEvent> decide(
      SubscriptionCommand command, Principal principal, OrganizationId organization, KeyRing keys) {
    if (!(command instanceof DisableSubscription || command instanceof StreamCommand)) {
      principal.mustHold(Permissions.SUBSCRIPTIONS_MANAGE);
    }
    Instant at = command.context().at();
    return switch (command) {
      case CreateSubscription c -> {
        Collecting.mustSee(c.kind(), principal);
        yield List.of(created(c, organization));
      }
      case ChangeSubscription c -> changed(managed(c.subscription()), c, principal, organization);
      case RotateSubscriptionSecret c ->
          List.of(rotated(mustBeWebhook(managed(c.subscription())), c, organization));
      case PauseSubscription c ->
          managed(c.subscription()).state() == State.PAUSED
              ? List.of()
              : List.of(
                  new SubscriptionPaused(
                      c.subscription(), SubscriptionPaused.Cause.REQUESTED, c.reason(), at));
      case ResumeSubscription c ->
          managed(c.subscription()).state() == State.ACTIVE
              ? List.of()
              : List.of(new SubscriptionResumed(c.subscription(), at));
      case RemoveSubscription c -> {
        Subscription one = managed(c.subscription());
        yield List.of(new SubscriptionRemoved(one.id(), one.state(), at));
      }
      case DisableSubscription c -> disabled(c, principal);
      case StreamCommand c -> new Streaming(this, keys, principal).decide(c, organization);
    };
  }

  /** Nothing, where its organisation has paused or removed it meanwhile. */
  private List<OrganizationEvent> disabled(DisableSubscription c, Principal principal) {
    Principal.must(principal instanceof Principal.Platform);
    return find(c.subscription())
        .filter(one -> one.state() == State.ACTIVE)
        .<List<OrganizationEvent>>map(one ->
            List.of(
                new SubscriptionPaused(
                    one.id(), SubscriptionPaused.Cause.GONE, null, c.context().at())))
        .orElse(List.of());
  }

  private SubscriptionCreated created(CreateSubscription c, OrganizationId organization) {
    mustHaveRoom();
    Instant at = c.context().at();
    return new SubscriptionCreated(
        c.subscription(),
        c.kind(),
        c.name(),
        c.url(),
        c.events(),
        c.signature(),
        c.secret().issue(organization, c.subscription(), 1, c.signature(), at),
        null,
        c.collector(),
        at);
  }

  /** Those that take now, and are told of, one of these types of what ends a key. */
  List<Subscription> toldOf(List<String> ends) {
    return byId.values().stream()
        .filter(one -> one.state() == State.ACTIVE)
        .filter(one ->
            switch (one.kind()) {
              case WEBHOOK ->
                  ends.stream().anyMatch(end -> EventPattern.matches(one.events(), end));
              case SSF -> one.events().contains(CREDENTIAL_CHANGE);
              case SPLUNK_HEC, SYSLOG -> false;
            })
        .toList();
  }

  private static List<OrganizationEvent> changed(
      Subscription one, ChangeSubscription c, Principal principal, OrganizationId organization) {
    if (one.kind().isCollector()) {
      Collecting.mustSee(one.kind(), principal);
      return Collecting.changed(one, c, organization);
    }
    boolean isOfCollectors = c.collector().isOfSplunk() || c.collector().isOfSyslog();
    boolean isSyslog = c.url() != null && c.url().startsWith(CollectorSettings.SYSLOG);
    if (isOfCollectors || isSyslog) {
      throw new OtherKind().toException();
    }
    if (c.url() != null || c.events() != null) {
      mustBeWebhook(one);
    }
    if (c.events() != null) {
      List<String> unused = Fields.eventPatterns("events", c.events());
    }
    return changed(one, c.name(), c.url(), c.events(), c.context().at());
  }

  void mustHaveRoom() {
    if (byId.size() >= MOST) {
      throw new SubscriptionLimitReached(MOST).toException();
    }
  }

  /** What a stream is told, where and by what, is its receiver's to say. */
  private static Subscription mustBeWebhook(Subscription one) {
    if (one.kind() != SubscriptionKind.WEBHOOK) {
      throw new OtherKind().toException();
    }
    return one;
  }

  /**
   * @param name {@code null} to leave it, as all of them
   */
  static List<OrganizationEvent> changed(
      Subscription one,
      @Nullable String name,
      @Nullable String url,
      @Nullable List<String> events,
      Instant at) {
    return changed(one, new Settings(name, url, events), at);
  }

  /**
   * @param asked {@code null} in it to leave what it is
   */
  static List<OrganizationEvent> changed(Subscription one, Settings asked, Instant at) {
    var after =
        new Settings(
            another(one.name(), asked.name()),
            another(one.url(), asked.url()),
            another(one.events(), asked.events()),
            another(one.collector(), asked.collector()));
    if (after.equals(new Settings(null, null, null))) {
      return List.of();
    }
    var before =
        new Settings(
            after.name() == null ? null : one.name(),
            after.url() == null ? null : one.url(),
            after.events() == null ? null : one.events(),
            after.collector() == null ? null : one.collector());
    return List.of(new SubscriptionChanged(one.id(), before, after, at));
  }

  private static <T> @Nullable T another(@Nullable T before, @Nullable T after) {
    return Objects.equals(before, after) ? null : after;
  }

  private static SubscriptionSecretRotated rotated(
      Subscription one, RotateSubscriptionSecret c, OrganizationId organization) {
    Instant at = c.context().at();
    if (one.olderSecretAt(at).isPresent()) {
      throw new RotationInProgress().toException();
    }
    return new SubscriptionSecretRotated(
        one.id(),
        c.secret().issue(organization, one.id(), one.newest().id() + 1, one.signature(), at),
        at.plus(Objects.requireNonNullElse(c.overlap(), OVERLAP)),
        at);
  }

  private Subscription managed(SubscriptionId id) {
    return find(id).orElseThrow(() -> new SubscriptionNotFound().toException());
  }

  /**
   * Whether the caller may still have a secret that an earlier command of theirs gave out.
   *
   * @throws RefusedException when not
   */
  void mustStillIssue(SubscriptionCommand.Issuing command, Principal principal) {
    principal.mustHold(Permissions.SUBSCRIPTIONS_MANAGE);
    if (command instanceof CreateSubscription c) {
      Collecting.mustSee(c.kind(), principal);
    }
    if (command instanceof RotateSubscriptionSecret c) {
      Subscription unused = managed(c.subscription());
    }
  }

  /**
   * How an event leaves its subscription, before or without being applied.
   *
   * @param at its position
   */
  public Subscription after(SubscriptionEvent event, long at) {
    return event instanceof SubscriptionCreated e
        ? Subscription.of(e, at)
        : find(event.subscription())
            .orElseThrow(() -> new IllegalStateException("there is no " + event.subscription()))
            .after(event);
  }

  /**
   * @return takes the event back, if whatever came later was taken back before
   */
  Runnable apply(SubscriptionEvent event, long at) {
    Subscription after = after(event, at);
    Subscription before =
        after.state() == State.REMOVED ? byId.remove(after.id()) : byId.put(after.id(), after);
    return before == null ? () -> byId.remove(after.id()) : () -> byId.put(before.id(), before);
  }

  /** Of those that weren't removed. */
  public Optional<Subscription> find(SubscriptionId id) {
    return Optional.ofNullable(byId.get(id));
  }

  /** Without those that were removed. */
  public Collection<Subscription> all() {
    return Collections.unmodifiableCollection(byId.values());
  }

  /** As delivery is told of it. */
  public static SubscriptionRecord record(
      OrganizationId organization, long position, Subscription one) {
    return new SubscriptionRecord(
        organization,
        position,
        one.id(),
        one.createdPosition(),
        one.kind(),
        one.name(),
        one.url(),
        one.events(),
        one.signature(),
        one.state(),
        one.secrets());
  }

  /** In memory, about. */
  long bytes() {
    return byId.values().stream().mapToLong(Subscriptions::bytesOf).sum();
  }

  private static long bytesOf(Subscription one) {
    CollectorSettings collector = one.collector();
    return BYTES_OF_ONE
        + (collector == null || collector.ca() == null ? 0 : collector.ca().length());
  }
}
