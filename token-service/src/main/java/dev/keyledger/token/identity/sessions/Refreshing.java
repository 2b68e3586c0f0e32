package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.credential.SecretText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.policy.SessionRules;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.refresh.PresentedFamily;
import dev.keyledger.token.enforcement.refresh.RefreshRule;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import dev.keyledger.token.identity.people.Person;
import dev.keyledger.token.identity.people.SecondStep;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionOperations;

/**
 * Rotation of a session's refresh tokens, by the rule of {@link RefreshRule}. It goes for a race
 * too: nothing tells two tabs of a browser from a thief who is quick, so of concurrent refreshes
 * one wins and the next that is looked at ends what was won.
 */
@Component
final class Refreshing {
  private final SessionTable table;
  private final People people;
  private final SecondStep secondStep;
  private final ActiveOrganizations organizations;
  private final Sessions sessions;
  private final RefreshRule rule;
  private final ReplicaFreshness freshness;
  private final TransactionOperations transactions;
  private final Clock clock;

  Refreshing(
      SessionTable table,
      People people,
      SecondStep secondStep,
      ActiveOrganizations organizations,
      Sessions sessions,
      RefreshRule rule,
      ReplicaFreshness freshness,
      TransactionOperations transactions,
      Clock clock) {
    this.table = table;
    this.people = people;
    this.secondStep = secondStep;
    this.organizations = organizations;
    this.sessions = sessions;
    this.rule = rule;
    this.freshness = freshness;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** What came of it; a refusal is thrown after the commit, so that what it ended has ended. */
  private sealed interface Turn {
    record Rotated(Session session, Active active, SecretText token, Instant until)
        implements Turn {}

    record Refused(Supplier<ProblemException> because) implements Turn {}
  }

  /**
   * @throws ProblemException 401 {@code invalid_refresh_token}, {@code refresh_token_reused}; 403;
   *     503
   */
  SignInAnswer.Started refresh(String token, String dialect, RequestOrigin origin) {
    if (!freshness.isFresh()) {
      throw SessionRefusals.notFresh();
    }
    Instant at = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    byte[] hash = OpaqueToken.hash(token);
    Turn turn = transactions.execute(status -> turn(hash, dialect, origin, at));
    return switch (turn) {
      case Turn.Refused refused -> throw refused.because().get();
      case Turn.Rotated rotated ->
          new SignInAnswer.Started(
              rotated.session().id(),
              sessions.accessToken(rotated.session(), rotated.active(), at),
              rotated.token(),
              rotated.until(),
              rotated.session().enrolling(),
              null);
    };
  }

  private Turn turn(byte[] hash, String dialect, RequestOrigin origin, Instant at) {
    SessionId id = table.sessionOfRefreshToken(hash).orElse(null);
    // The refresh that holds the session's row decides; the others look again after it.
    Session session = id == null ? null : table.lock(id).orElse(null);
    Boolean used = session == null ? null : table.isUsed(hash).orElse(null);
    if (session == null
        || used == null
        || !session.issuedBy().equals(dialect)
        || !organizations.isServedByIssuer(session)) {
      return refused(SessionRefusals.NOT_FOUND);
    }
    Person person = people.find(session.person()).orElse(null);
    var presented = new Presented(session, person, used);
    return switch (rule.standing(presented, at)) {
      case REUSED -> new Turn.Refused(SessionRefusals::refreshTokenReused);
      case ENDED -> refused(SessionRefusals.REVOKED);
      case EXPIRED -> refused(SessionRefusals.EXPIRED);
      case LIVE -> live(session, Objects.requireNonNull(person), hash, origin, at);
    };
  }

  private Turn live(Session session, Person person, byte[] hash, RequestOrigin origin, Instant at) {
    return switch (organizations.again(session, person, origin.address())) {
      case Choice.NotOffered ended -> {
        sessions.end(session, Session.End.MEMBERSHIP_ENDED, at);
        yield refused(SessionRefusals.MEMBER_REMOVED);
      }
      case Choice.Suspended suspended -> new Turn.Refused(SessionRefusals::organizationSuspended);
      case Choice.AddressNotAllowed away -> new Turn.Refused(SessionRefusals::addressNotAllowed);
      case Choice.NotKnown notKnown -> new Turn.Refused(SessionRefusals::notFresh);
      case Choice.Chosen chosen -> rotate(session, chosen.active(), hash, at);
    };
  }

  private static Turn refused(String reason) {
    return new Turn.Refused(() -> SessionRefusals.invalidRefreshToken(reason));
  }

  /** A session as one of its refresh tokens presents it; that of an erased person has ended. */
  private final class Presented implements PresentedFamily {
    private final Session session;
    private final @Nullable Person owner;
    private final boolean used;

    Presented(Session session, @Nullable Person owner, boolean used) {
      this.session = session;
      this.owner = owner;
      this.used = used;
    }

    @Override
    public boolean wasUsed() {
      return used;
    }

    @Override
    public boolean hasEnded() {
      return owner == null || session.endedAt() != null;
    }

    @Override
    public Instant expiresAt() {
      return session.expiresAt();
    }

    @Override
    public boolean end(Instant at) {
      return sessions.end(session, Session.End.REFRESH_REUSED, at) != null;
    }

    @Override
    public @Nullable OrganizationId organization() {
      return session.organization();
    }

    @Override
    public PersonId person() {
      return session.person();
    }

    @Override
    public SessionId session() {
      return session.id();
    }

    @Override
    public @Nullable KeyId key() {
      return null;
    }
  }

  private Turn rotate(Session session, Active active, byte[] hash, Instant at) {
    // A policy that was tightened meanwhile counts for families that run already, and so does a
    // second step that was set up.
    SessionRules rules = active.rules();
    Instant byPolicy = rules.endOfRefresh(session.signedInAt(), table.issuedAt(hash));
    if (!at.isBefore(byPolicy)) {
      return refused(SessionRefusals.EXPIRED);
    }
    if (skipsSecondStep(session, active)) {
      return new Turn.Refused(SessionRefusals::secondStepRequired);
    }
    if (!table.useRefreshToken(hash, at)) {
      throw new IllegalStateException("a refresh token was used under the lock of its session");
    }
    Instant until =
        switch (rules.refresh()) {
          case FIXED -> byPolicy.isBefore(session.expiresAt()) ? byPolicy : session.expiresAt();
          case RENEWED -> rules.endOfRefresh(session.signedInAt(), at);
        };
    table.used(session.id(), at, until);
    return new Turn.Rotated(
        session, active, sessions.newRefreshToken(session.id(), at, until), until);
  }

  private boolean skipsSecondStep(Session session, Active active) {
    return session.secondStepAt() == null
        && !session.enrolling()
        && active.asksForSecondStep(secondStep.isEnrolled(session.person()), session.issuedBy());
  }
}
