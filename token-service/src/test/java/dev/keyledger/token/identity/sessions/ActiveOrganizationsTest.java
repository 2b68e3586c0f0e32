package dev.keyledger.token.identity.sessions;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Topics;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.Torn;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.PeopleSettings;
import dev.keyledger.token.identity.people.Person;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a person acts as by a replica that doesn't know everything. */
class ActiveOrganizationsTest extends PeopleHttpTest {
  private static final String ADDRESS = "192.0.2.7";

  @Autowired private AcceptedMemberships accepted;
  @Autowired private PeopleSettings settings;

  private final AccessState other = new AccessState();

  private ActiveOrganizations here() {
    return new ActiveOrganizations(other, accepted, settings);
  }

  private static Session sessionOf(Membership membership) {
    Instant at = Instant.parse("2026-05-28T14:43:58.000Z");
    SessionId id = SessionId.of(UuidCreator.getTimeOrderedEpoch());
    return new Session(
        id,
        membership.person,
        membership.org.id,
        membership.id,
        "canonical",
        "",
        null,
        false,
        id,
        at,
        at,
        at.plus(Duration.ofDays(30)),
        null);
  }

  @Test
  void aMembershipWhoseRecordCouldNotBeReadHasNotEnded() {
    Membership membership = org().member(someEmail());
    var person = new Person(membership.person, false, false);
    assertThat(here().again(sessionOf(membership), person, ADDRESS))
        .isInstanceOf(Choice.NotOffered.class);

    other.applyUnreadable(
        Torn.access(
            membership.id.value(), membership.org.id, Topics.partitionOf(membership.org.id)));

    assertThat(here().again(sessionOf(membership), person, ADDRESS))
        .isInstanceOf(Choice.NotKnown.class);
    assertThat(here().choose(person, null, "canonical", ADDRESS))
        .isInstanceOf(Choice.NotKnown.class);
  }

  @Test
  void whoHasNoMembershipSignsInWhateverCouldNotBeRead() {
    var person = new Person(person(someEmail(), null, false), false, false);
    other.applyUnreadable(Torn.access("mem_of_nobody", null, 3));

    assertThat(here().choose(person, null, "canonical", ADDRESS)).isInstanceOf(Choice.Chosen.class);
  }
}
