package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.decide.Membership;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.web.GatewayHeaders;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Person;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Finds what a person acts as: an accepted membership that is live by the access state. A dialect
 * offers the organisations of its own preset alone.
 */
@Component
final class ActiveOrganizations {
  private static final int MOST = 100;
  private static final PersonId NOBODY =
      new PersonId(PersonId.PREFIX + "00000000-0000-7000-8000-000000000000");

  private final AccessState state;
  private final AcceptedMemberships accepted;
  private final PeopleSettings settings;

  ActiveOrganizations(AccessState state, AcceptedMemberships accepted, PeopleSettings settings) {
    this.state = state;
    this.accepted = accepted;
    this.settings = settings;
  }

  /**
   * @param organization id or slug; {@code null} for the one used last
   */
  Choice choose(Person person, @Nullable String organization, String dialect, String address) {
    if (organization == null && person.operator() && dialect.equals(GatewayHeaders.CANONICAL)) {
      return new Choice.Chosen(operator());
    }
    List<Active.AsMember> offered =
        memberships(person.id()).stream()
            .filter(m -> isOfDialect(m.in(), dialect))
            .filter(m -> organization == null || isNamed(m.in(), organization))
            .toList();
    if (offered.isEmpty() && mayLackMembershipOf(person)) {
      return new Choice.NotKnown();
    }
    if (offered.isEmpty()) {
      return organization == null && dialect.equals(GatewayHeaders.CANONICAL)
          ? new Choice.Chosen(themselves())
          : new Choice.NotOffered();
    }
    return offered.stream()
        .filter(m -> !m.in().access().suspended())
        .findFirst()
        .map(m -> admitted(m, address))
        .orElseGet(Choice.Suspended::new);
  }

  /**
   * Those in which the person is somebody now, {@value #MOST} at most; asked for alike where nobody
   * is known.
   */
  List<OrganizationId> thatKnow(@Nullable PersonId person) {
    return memberships(person == null ? NOBODY : person).stream()
        .map(active -> active.in().id())
        .distinct()
        .limit(MOST)
        .toList();
  }

  /** What a running session acts as by now; {@link Choice.NotOffered} when its membership ended. */
  Choice again(Session session, Person person, String address) {
    MemberId memberId = session.member();
    if (memberId == null) {
      return new Choice.Chosen(
          person.operator() && session.issuedBy().equals(GatewayHeaders.CANONICAL)
              ? operator()
              : themselves());
    }
    Active.AsMember active = live(memberId);
    if (active == null
        && session.organization() != null
        && state.isUnreadable(session.organization())) {
      // What isn't known has not ended: this would end the session for good.
      return new Choice.NotKnown();
    }
    if (active == null || !active.member().person().equals(person.id())) {
      return new Choice.NotOffered();
    }
    return active.in().access().suspended() ? new Choice.Suspended() : admitted(active, address);
  }

  /** Whether the dialect that issued a session still serves the organisation it acts in. */
  boolean isServedByIssuer(Session session) {
    OrganizationRules organization =
        session.organization() == null ? null : state.organization(session.organization());
    return organization == null || isOfDialect(organization, session.issuedBy());
  }

  private Choice admitted(Active.AsMember active, String address) {
    OrganizationRules organization = active.in();
    if (state.isUnreadable(organization.id())) {
      return new Choice.NotKnown();
    }
    return organization.bindsAddressesOfPeople() && !organization.admits(address)
        ? new Choice.AddressNotAllowed()
        : new Choice.Chosen(active);
  }

  private List<Active.AsMember> memberships(PersonId person) {
    return accepted.of(person).stream()
        .map(this::live)
        .filter(Objects::nonNull)
        .filter(m -> m.member().person().equals(person))
        .toList();
  }

  private boolean mayLackMembershipOf(Person person) {
    return state.lacksRecords()
        && accepted.of(person.id()).stream().anyMatch(id -> state.member(id) == null);
  }

  private Active.@Nullable AsMember live(MemberId id) {
    Membership member = state.member(id);
    if (member == null || member.removed()) {
      return null;
    }
    OrganizationRules organization = state.organization(member.organization());
    return organization == null ? null : new Active.AsMember(organization, member);
  }

  private Active operator() {
    return new Active.AsOperator(
        settings.accessLifetimeWithoutOrganization(),
        settings.refreshLifetimeWithoutOrganization(),
        settings.refreshReuseIntervalWithoutOrganization());
  }

  private Active themselves() {
    return new Active.AsThemselves(
        settings.accessLifetimeWithoutOrganization(),
        settings.refreshLifetimeWithoutOrganization(),
        settings.refreshReuseIntervalWithoutOrganization());
  }

  private static boolean isOfDialect(OrganizationRules organization, String dialect) {
    return dialect.equals(GatewayHeaders.CANONICAL)
        || organization.access().policy().dialect().equals(dialect);
  }

  private static boolean isNamed(OrganizationRules organization, String idOrSlug) {
    return organization.id().value().equals(idOrSlug)
        || organization.access().slug().equals(idOrSlug);
  }
}
