package dev.keyledger.token.identity.sessions;

import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.decide.OrganizationRules;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.SecondStep;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** A person's own sessions, as they may see them. */
@Component
final class OwnSessions {
  private static final int MOST = 100;

  private final SessionTable table;
  private final People people;
  private final SecondStep secondStep;
  private final AccessState state;
  private final Clock clock;

  OwnSessions(
      SessionTable table, People people, SecondStep secondStep, AccessState state, Clock clock) {
    this.table = table;
    this.people = people;
    this.secondStep = secondStep;
    this.state = state;
    this.clock = clock;
  }

  /**
   * @param organization the active one; {@code null} for an operator
   * @param address that signed in
   */
  record Item(
      SessionId id,
      @Nullable String organization,
      @Nullable String slug,
      Instant createdAt,
      Instant lastUsedAt,
      Instant expiresAt,
      boolean secondStep,
      boolean current,
      @Nullable String address,
      @Nullable String userAgent) {}

  record Page(List<Item> items, @Nullable String nextCursor) {}

  /**
   * @throws dev.keyledger.kit.web.ProblemException 401 when it ended since the token was read
   */
  Session of(Caller caller) {
    SessionId id = caller.session();
    return (id == null ? java.util.Optional.<Session>empty() : table.find(id))
        .filter(session -> !session.hasEnded())
        .filter(session -> session.person().equals(caller.person()))
        .orElseThrow(SessionRefusals::sessionEnded);
  }

  /** The same, for what a session may not do before its second step is enrolled. */
  Session enrolled(Caller caller) {
    Session session = of(caller);
    mustBeEnrolled(session);
    return session;
  }

  /**
   * The same, for what concerns the person everywhere: their password, their second step, their
   * other sessions. Where a policy never asks for a second step, a stolen password must not be
   * enough to take over what another policy protects by one.
   */
  Session whole(Caller caller) {
    Session session = enrolled(caller);
    mustNotHaveSkipped(session);
    return session;
  }

  /** Also one that is to enrol its second step yet. */
  Session forSecondStep(Caller caller) {
    Session session = of(caller);
    mustNotHaveSkipped(session);
    return session;
  }

  /**
   * As {@link #enrolled}, again: a request that changes something does so in the transaction that
   * holds the person, since what was checked before may have ended, or a second step been enrolled.
   *
   * @throws dev.keyledger.kit.web.ProblemException 401 when it ended
   */
  Session enrolledStill(HeldPerson person, SessionId id) {
    Session session = liveStill(person, id);
    mustBeEnrolled(session);
    return session;
  }

  /** As {@link #whole}, again. */
  Session wholeStill(HeldPerson person, SessionId id) {
    Session session = enrolledStill(person, id);
    mustNotHaveSkipped(session);
    return session;
  }

  /** As {@link #forSecondStep}, again. */
  Session forSecondStepStill(HeldPerson person, SessionId id) {
    Session session = liveStill(person, id);
    mustNotHaveSkipped(session);
    return session;
  }

  private Session liveStill(HeldPerson person, SessionId id) {
    return table
        .lock(id)
        .filter(s -> !s.hasEnded())
        .filter(s -> s.person().equals(person.id()))
        .orElseThrow(SessionRefusals::sessionEnded);
  }

  private static void mustBeEnrolled(Session session) {
    if (session.enrolling()) {
      throw SessionRefusals.enrolmentRequired();
    }
  }

  private void mustNotHaveSkipped(Session session) {
    if (session.secondStepAt() == null && secondStep.isEnrolled(session.person())) {
      throw SessionRefusals.secondStepSkipped();
    }
  }

  Page list(Session current, long asked, @Nullable String cursor) {
    if (asked < 1 || asked > MOST) {
      throw Problem.ofField("limit", "The limit is between 1 and " + MOST + ".").toException();
    }
    int limit = (int) asked;
    List<Session> found =
        table.liveOf(current.person(), before(cursor), limit + 1, clock.instant());
    List<Session> page = found.subList(0, Math.min(limit, found.size()));
    return new Page(
        page.stream().map(session -> item(session, current.id())).toList(),
        found.size() > limit ? page.getLast().id().value() : null);
  }

  private Item item(Session session, SessionId current) {
    RequestOrigin origin =
        people
            .unseal(session.person(), session.origin())
            .map(json -> EventCodec.mapper().readValue(json, RequestOrigin.class))
            .orElse(null);
    OrganizationRules organization =
        session.organization() == null ? null : state.organization(session.organization());
    return new Item(
        session.id(),
        session.organization() == null ? null : session.organization().value(),
        organization == null ? null : organization.access().slug(),
        session.signedInAt(),
        session.lastUsedAt(),
        session.expiresAt(),
        session.secondStepAt() != null,
        session.id().equals(current),
        origin == null ? null : origin.address(),
        origin == null ? null : origin.userAgent());
  }

  private static @Nullable SessionId before(@Nullable String cursor) {
    if (cursor == null) {
      return null;
    }
    try {
      return new SessionId(cursor);
    } catch (IllegalArgumentException e) {
      throw Problem.ofField("cursor", "The cursor is not one of ours.").toException();
    }
  }
}
