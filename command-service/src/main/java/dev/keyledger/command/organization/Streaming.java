package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Refusal.StreamExists;
import dev.keyledger.command.organization.Refusal.SubscriptionNotFound;
import dev.keyledger.command.organization.StreamCommand.ChangeStream;
import dev.keyledger.command.organization.StreamCommand.CreateStream;
import dev.keyledger.command.organization.StreamCommand.RemoveStream;
import dev.keyledger.command.organization.StreamCommand.SetStreamStatus;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused.Cause;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord.State;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What becomes of streams of security events: subscriptions that their receivers see to. */
record Streaming(Subscriptions subscriptions, KeyRing keys, Principal principal) {

  List<OrganizationEvent> decide(StreamCommand command, OrganizationId organization) {
    Instant at = command.context().at();
    mustSeeTo(command.receiver(), at);
    return switch (command) {
      case CreateStream c -> List.of(created(c, organization));
      case ChangeStream c -> changed(own(c), c, organization);
      case SetStreamStatus c -> set(own(c), c);
      case RemoveStream c -> {
        Subscription one = own(c);
        yield List.of(new SubscriptionRemoved(one.id(), one.state(), at));
      }
    };
  }

  /**
   * A member by what they may; a key, whose permissions delivery-service has just had verified, as
   * long as it works.
   */
  private void mustSeeTo(@Nullable KeyId receiver, Instant at) {
    switch (principal) {
      case Principal.Platform p ->
          Principal.must(
              receiver != null
                  && keys.find(receiver)
                      .filter(key -> key.isLiveAt(at) && !key.isSuspendedAt(at))
                      .isPresent());
      case Principal.Operator o -> Principal.must(false);
      case Principal.Person p -> {
        if (!p.may(Permissions.SSF_MANAGE)) {
          p.mustHold(Permissions.SUBSCRIPTIONS_MANAGE);
        }
      }
    }
  }

  private SubscriptionCreated created(CreateStream c, OrganizationId organization) {
    KeyId receiver = c.receiver();
    if (receiver != null
        && subscriptions.all().stream().anyMatch(one -> receiver.equals(one.receiver()))) {
      throw new StreamExists().toException();
    }
    subscriptions.mustHaveRoom();
    Instant at = c.context().at();
    return new SubscriptionCreated(
        c.subscription(),
        SubscriptionKind.SSF,
        c.name(),
        c.url(),
        c.events(),
        SignatureScheme.RS256,
        c.shown().issue(organization, c.subscription(), 1, SignatureScheme.RS256, at),
        receiver,
        at);
  }

  private List<OrganizationEvent> changed(
      Subscription one, ChangeStream c, OrganizationId organization) {
    var events =
        new ArrayList<OrganizationEvent>(
            Subscriptions.changed(one, c.name(), c.url(), c.events(), c.context().at()));
    Fields.check(
        c.shown() != null || c.url() == null || c.url().equals(one.url()),
        "authorization_header",
        "what one place is shown is for no other");
    if (c.shown() != null) {
      Instant at = c.context().at();
      int next = one.newest().id() + 1;
      events.add(
          new SubscriptionSecretRotated(
              one.id(),
              c.shown().issue(organization, one.id(), next, SignatureScheme.RS256, at),
              at,
              at));
    }
    return events;
  }

  private static List<OrganizationEvent> set(Subscription one, SetStreamStatus c) {
    Instant at = c.context().at();
    return switch (c.status()) {
      case ENABLED ->
          one.state() == State.ACTIVE ? List.of() : List.of(new SubscriptionResumed(one.id(), at));
      case PAUSED -> stopped(one, Cause.REQUESTED, c);
      case DISABLED -> stopped(one, Cause.DISABLED, c);
    };
  }

  private static List<OrganizationEvent> stopped(Subscription one, Cause cause, SetStreamStatus c) {
    return one.state() == State.PAUSED && one.pausedFor() == cause
        ? List.of()
        : List.of(new SubscriptionPaused(one.id(), cause, c.reason(), c.context().at()));
  }

  /** A key's own, and of all that are streams a member's. */
  private Subscription own(StreamCommand command) {
    KeyId receiver = command.receiver();
    return subscriptions
        .find(command.subscription())
        .filter(one -> one.kind() == SubscriptionKind.SSF)
        .filter(one -> receiver == null || receiver.equals(one.receiver()))
        .orElseThrow(() -> new SubscriptionNotFound().toException());
  }

  /**
   * With what becomes of streams whose receiver's key ends, or rests: it is told no more, or not
   * until somebody has it go on.
   */
  static List<OrganizationEvent> withEnds(
      List<OrganizationEvent> events, Subscriptions subscriptions) {
    List<OrganizationEvent> ends = new ArrayList<>();
    for (OrganizationEvent event : events) {
      switch (event) {
        case KeyRevoked e ->
            of(e.key(), subscriptions).map(one -> end(one, e.at())).forEach(ends::add);
        case KeyExpired e ->
            of(e.key(), subscriptions).map(one -> end(one, e.at())).forEach(ends::add);
        case KeySuspended e ->
            of(e.key(), subscriptions)
                .filter(one -> one.state() == State.ACTIVE)
                .map(one -> new SubscriptionPaused(one.id(), Cause.REQUESTED, null, e.at()))
                .forEach(ends::add);
        default -> {}
      }
    }
    if (ends.isEmpty()) {
      return events;
    }
    ends.addAll(0, events);
    return ends;
  }

  private static Stream<Subscription> of(KeyId key, Subscriptions subscriptions) {
    return subscriptions.all().stream().filter(one -> key.equals(one.receiver()));
  }

  private static OrganizationEvent end(Subscription one, Instant at) {
    return new SubscriptionRemoved(one.id(), one.state(), at);
  }
}
