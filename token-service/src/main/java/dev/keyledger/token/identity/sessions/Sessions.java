package dev.keyledger.token.identity.sessions;

import static java.util.Comparator.comparing;
import static java.util.stream.Collectors.toSet;

import com.github.f4b6a3.uuid.alt.GUID;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.Refresh;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.token.enforcement.outbox.Happening;
import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.enforcement.outbox.StreamPosition;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import dev.keyledger.token.enforcement.tokens.IssuedToken;
import dev.keyledger.token.enforcement.tokens.SessionEnds;
import dev.keyledger.token.enforcement.tokens.SessionGrant;
import dev.keyledger.token.identity.people.AcceptedMemberships;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.PeopleSettings;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Opens, continues and ends sessions, each in the caller's transaction; where one is opened, that
 * transaction holds its person.
 */
@Component
final class Sessions {
  private final SessionTable table;
  private final RefreshTokenTable refreshTokens;
  private final People people;
  private final AcceptedMemberships memberships;
  private final Outbox outbox;
  private final AccessTokens accessTokens;
  private final PeopleSettings.Sessions settings;
  private final SecureRandom random;

  Sessions(
      SessionTable table,
      RefreshTokenTable refreshTokens,
      People people,
      AcceptedMemberships memberships,
      Outbox outbox,
      AccessTokens accessTokens,
      PeopleSettings settings,
      SecureRandom random) {
    this.table = table;
    this.refreshTokens = refreshTokens;
    this.people = people;
    this.memberships = memberships;
    this.outbox = outbox;
    this.accessTokens = accessTokens;
    this.settings = settings.sessions();
    this.random = random;
  }

  /**
   * How a session begins.
   *
   * @param secondStepAt {@code null} while none was taken
   * @param replaces {@code null} where it begins with a sign-in
   */
  record Beginning(
      HeldPerson person,
      Active active,
      String dialect,
      RequestOrigin origin,
      @Nullable Instant secondStepAt,
      boolean enrolling,
      @Nullable Session replaces) {
    Instant signedInAt(Instant now) {
      return replaces == null ? now : replaces.signedInAt();
    }
  }

  record Opened(Session session, SecretText refreshToken) {}

  Opened open(Beginning beginning, Instant at) {
    Active active = beginning.active();
    Instant end = endOfRefresh(beginning, at);
    PersonId person = beginning.person().id();
    Session replaces = beginning.replaces();
    if (replaces == null) {
      makeRoom(person, at);
    }
    SessionId id = SessionId.of(GUID.v7(at, random).toUUID());
    var session =
        new Session(
            id,
            person,
            active.organization(),
            active.memberId(),
            beginning.dialect(),
            people.seal(person, encoded(beginning.origin())).ciphertext(),
            beginning.secondStepAt(),
            beginning.enrolling(),
            replaces == null ? id : replaces.signIn(),
            beginning.signedInAt(at),
            at,
            end,
            null);
    table.insert(session);
    table.forgetEndedBeyond(person, settings.kept());
    if (session.member() != null) {
      memberships.used(session.person(), session.member(), at);
    }
    SecretText refreshToken = newRefreshToken(session.id(), at, end);
    record(Activity.Kind.SESSION_STARTED, session, null, at);
    return new Opened(session, refreshToken);
  }

  // In the order of their streams, in which they come.
  private void makeRoom(PersonId person, Instant at) {
    List<Session> live = table.lockNotEndedOf(person);
    Set<SessionId> outdated =
        live.stream()
            .sorted(comparing(Session::lastUsedAt).thenComparing(s -> s.id().value()))
            .limit(Math.max(0, live.size() - settings.live() + 1))
            .map(Session::id)
            .collect(toSet());
    live.stream()
        .filter(session -> outdated.contains(session.id()))
        .forEach(session -> endAlone(session, Session.End.TOO_MANY, at));
  }

  /** Where a refresh renews the lifetime, so does whatever else gives a new token. */
  static Instant endOfRefresh(Beginning beginning, Instant at) {
    SessionRules rules = beginning.active().rules();
    Instant end = rules.endOfRefresh(beginning.signedInAt(at), at);
    Session replaces = beginning.replaces();
    return rules.refresh() == Refresh.FIXED
            && replaces != null
            && replaces.expiresAt().isBefore(end)
        ? replaces.expiresAt()
        : end;
  }

  SecretText newRefreshToken(SessionId session, Instant at, Instant until) {
    SecretText token = OpaqueToken.mint(SessionEnds.REFRESH_PREFIX, random);
    refreshTokens.insert(OpaqueToken.hash(token), session, at, until);
    return token;
  }

  /** After the commit: what the token says is read from the access state as it is then. */
  SignInAnswer.Started answer(Step.Opened step) {
    Session session = step.session().session();
    return new SignInAnswer.Started(
        session.id(),
        accessToken(session, step.active(), step.at(), session.expiresAt()),
        step.session().refreshToken(),
        session.expiresAt(),
        session.enrolling(),
        step.ended());
  }

  /** One that is still enrolling its second step acts for themselves alone. */
  IssuedToken accessToken(Session session, Active active, Instant at, Instant notAfter) {
    return accessTokens.issueSession(
        new SessionGrant(
            session.person(),
            session.id(),
            !session.enrolling() && active instanceof Active.AsOperator,
            session.enrolling() ? null : active.memberId(),
            at,
            active.rules().accessLifetime(),
            notAfter));
  }

  /**
   * Ends it, and with it what came of it by switching: whoever holds a token of the one may have
   * made the other.
   *
   * @return where; nowhere when all of it had ended before
   */
  List<StreamPosition> end(Session session, Session.End because, Instant at) {
    return table.lockNotEndedOfSignIn(session.signIn()).stream()
        .map(one -> endAlone(one, because, at))
        .filter(Objects::nonNull)
        .toList();
  }

  /**
   * @return where it ended; {@code null} when it had ended before
   */
  @Nullable StreamPosition endAlone(Session session, Session.End because, Instant at) {
    if (!table.end(session.id(), because, at)) {
      return null;
    }
    record(
        Activity.Kind.SESSION_ENDED,
        session,
        because.name().toLowerCase(java.util.Locale.ROOT),
        at);
    return outbox.endSession(session.id(), session.organization(), session.person(), at);
  }

  void record(Activity.Kind kind, Session session, @Nullable String code, Instant at) {
    outbox.record(
        new Happening(kind, session.organization(), session.person(), session.id(), code, at));
  }

  private static String encoded(RequestOrigin origin) {
    return EventCodec.mapper().writeValueAsString(origin);
  }
}
