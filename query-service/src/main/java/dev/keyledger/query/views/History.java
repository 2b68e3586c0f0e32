package dev.keyledger.query.views;

import static com.fasterxml.jackson.annotation.JsonInclude.Include.NON_NULL;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.events.Actor;
import dev.keyledger.events.EventCause;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.Origin;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.views.Found.DeniedCommand;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who did what, when, from where; personal data is opened for the one answer. */
@Component
public final class History {
  /**
   * @param position {@code null} of what is none of the ledger's
   * @param cause {@code null} in events of before it was recorded, and beside the ledger
   * @param before the fields that changed as they were; {@code null} where something came to be
   * @param source {@code null} where it wasn't asked for
   * @param relation to the key that was asked for: {@code subject}, {@code power} of what changed
   *     its power otherwise, or {@code actor} of what it asked for
   * @param code why something was refused or ended
   * @param count how often, of what was counted
   * @param operation of a denied command, as the API's description calls it
   * @param permission of a denied command, that its caller lacked
   * @param network from which a key was used or refused, as CIDR; {@code null} where that isn't
   *     told, and once the person was erased whom the key acted for
   */
  public record Event(
      EventId id,
      @Nullable Long position,
      String type,
      Instant at,
      Who actor,
      Where origin,
      @Nullable EventCause cause,
      @Nullable Subject subject,
      @Nullable Map<String, @Nullable Object> before,
      @Nullable Map<String, @Nullable Object> after,
      @JsonInclude(NON_NULL) @Nullable String source,
      @JsonInclude(NON_NULL) @Nullable String relation,
      @JsonInclude(NON_NULL) @Nullable String code,
      @JsonInclude(NON_NULL) @Nullable Long count,
      @JsonInclude(NON_NULL) @Nullable String operation,
      @JsonInclude(NON_NULL) @Nullable String permission,
      @JsonInclude(NON_NULL) @Nullable String network) {}

  /**
   * @param kind {@code operator}, {@code member}, {@code system}, {@code key} of what was refused
   *     to one, or {@code outsider} of commands that were
   * @param person the operator's alone: of members, it would tell two organisations that they share
   *     a member
   * @param email {@code null} for the operator and the system, and once the person was erased
   * @param key that asked for a command; {@code null} of all else
   */
  public record Who(
      String kind,
      @Nullable PersonId person,
      @Nullable MemberId member,
      @Nullable String email,
      @Nullable SessionId session,
      @JsonInclude(NON_NULL) @Nullable KeyId key) {}

  /**
   * @param address {@code null} once the person was erased, as is the agent
   */
  public record Where(
      @Nullable String address,
      @Nullable String userAgent,
      @Nullable String requestId,
      @Nullable String traceparent) {}

  /**
   * @param kind {@code organization}, {@code member}, {@code key}, {@code session}, {@code person}
   *     or {@code subscription}
   */
  public record Subject(String kind, String id) {}

  private final PeopleKeys people;

  History(PeopleKeys people) {
    this.people = people;
  }

  Opened open(List<? extends Found> all) {
    return open(all, Opened.NOTHING);
  }

  /**
   * @param has the keys that were asked for to find them
   */
  Opened open(List<? extends Found> all, Opened has) {
    Set<PersonId> persons = new HashSet<>();
    for (Found found : all) {
      add(persons, found.actorEmail());
      if (found instanceof Found.OfLedger one) {
        add(persons, one.event().origin().address());
        add(persons, one.event().origin().userAgent());
        if (one.event().event() instanceof MemberAdded e) {
          add(persons, e.email());
        }
      }
      if (found instanceof Found.OfActivity one && one.network() != null) {
        add(persons, one.network().sealed());
      }
    }
    return people.more(has, persons);
  }

  private static void add(Set<PersonId> persons, @Nullable SealedText sealed) {
    if (sealed != null) {
      persons.add(sealed.person());
    }
  }

  /**
   * @param filter by which it was found: it says whether items tell their source and their relation
   */
  static Event shown(Found found, EventFilter filter, Opened people) {
    return switch (found) {
      case Found.OfLedger one -> shown(one, filter, people);
      case Found.OfActivity one -> shown(one, filter, people);
    };
  }

  private static @Nullable String relation(
      @Nullable KeyId key, @Nullable Subject subject, @Nullable DeniedCommand denied) {
    if (key == null) {
      return null;
    }
    if (subject != null && subject.id().equals(key.value())) {
      return "subject";
    }
    return denied == null ? "power" : "actor";
  }

  private static Event shown(Found.OfLedger found, EventFilter filter, Opened people) {
    LedgerEvent event = found.event();
    Actor actor = event.actor();
    Origin origin = event.origin();
    Change change = Change.of(event.event(), found.prior(), found.formerCeiling(), people);
    return new Event(
        event.id(),
        event.position(),
        EventTypes.nameOf(event.event()),
        event.event().at(),
        new Who(
            actor.kind().name().toLowerCase(Locale.ROOT),
            actor.kind() == Actor.Kind.OPERATOR ? actor.person() : null,
            actor.member(),
            people.text(found.actorEmail()),
            actor.session(),
            null),
        new Where(
            people.text(origin.address()),
            people.text(origin.userAgent()),
            origin.requestId(),
            origin.traceparent()),
        origin.cause(),
        subject(event),
        change.before(),
        change.after(),
        filter.marked() ? "ledger" : null,
        relation(filter.key(), subject(event), null),
        null,
        null,
        null,
        null,
        null);
  }

  // What a person did is told of the member that they are here.
  private static Event shown(Found.OfActivity found, EventFilter filter, Opened people) {
    DeniedCommand denied = found.denied();
    Subject subject = denied == null ? subject(found) : subject(denied);
    return new Event(
        found.id(),
        null,
        found.type(),
        found.at(),
        denied == null
            ? new Who(
                found.key() != null ? "key" : "member",
                null,
                found.member(),
                people.text(found.actorEmail()),
                found.session(),
                null)
            : new Who(
                denied.by(),
                denied.operator(),
                found.member(),
                people.text(found.actorEmail()),
                found.session(),
                found.key()),
        new Where(null, null, null, null),
        null,
        subject,
        null,
        null,
        filter.marked() ? "activity" : null,
        relation(filter.key(), subject, denied),
        found.code(),
        found.count(),
        denied == null ? null : denied.operation(),
        denied == null ? null : denied.permission(),
        network(found.network(), people));
  }

  private static @Nullable String network(Found.@Nullable OfNetwork network, Opened people) {
    if (network == null) {
      return null;
    }
    return network.name() != null ? network.name() : people.text(network.sealed());
  }

  private static @Nullable Subject subject(Found.OfActivity found) {
    if (found.key() != null) {
      return new Subject("key", found.key().value());
    }
    if (found.session() != null) {
      return new Subject("session", found.session().value());
    }
    return found.member() == null ? null : new Subject("member", found.member().value());
  }

  private static Subject subject(DeniedCommand denied) {
    if (denied.targetKey() != null) {
      return new Subject("key", denied.targetKey().value());
    }
    return denied.targetMember() != null
        ? new Subject("member", denied.targetMember().value())
        : new Subject("organization", denied.organization().value());
  }

  private static Subject subject(LedgerEvent event) {
    return switch (event.event()) {
      case KeyEvent e -> new Subject("key", e.key().value());
      case MemberEvent e -> new Subject("member", e.member().value());
      case PersonEvent e -> new Subject("person", e.person().value());
      case SubscriptionEvent e -> new Subject("subscription", e.subscription().value());
      case StandingEvent e -> new Subject("organization", event.organization().value());
    };
  }
}
