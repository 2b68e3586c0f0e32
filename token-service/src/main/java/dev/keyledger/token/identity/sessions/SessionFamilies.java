package dev.keyledger.token.identity.sessions;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.token.enforcement.refresh.PresentedFamily;
import dev.keyledger.token.enforcement.refresh.SealedSuccessor;
import dev.keyledger.token.identity.people.HeldPerson;
import dev.keyledger.token.identity.people.OpaqueToken;
import dev.keyledger.token.identity.people.People;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Finds the session of a refresh token, and holds its person first and then its row. */
@Component
final class SessionFamilies {
  private final SessionTable table;
  private final RefreshTokenTable refreshTokens;
  private final People people;
  private final Sessions sessions;

  SessionFamilies(
      SessionTable table, RefreshTokenTable refreshTokens, People people, Sessions sessions) {
    this.table = table;
    this.refreshTokens = refreshTokens;
    this.people = people;
    this.sessions = sessions;
  }

  /**
   * The one whose transaction holds the person decides; others look again after it.
   *
   * @return empty for a token that is unknown
   */
  Optional<Presented> hold(String refreshToken) {
    byte[] hash = OpaqueToken.hash(refreshToken);
    Session found = table.findByRefreshToken(hash).orElse(null);
    if (found == null) {
      return Optional.empty();
    }
    HeldPerson person = people.hold(found.person()).orElse(null);
    Session session = table.lock(found.id()).orElse(null);
    return session == null
        ? Optional.empty()
        : refreshTokens.find(hash).map(token -> new Presented(session, person, token));
  }

  /** A session as one of its refresh tokens presents it; that of an erased person has ended. */
  final class Presented implements PresentedFamily {
    private final Session session;
    private final @Nullable HeldPerson owner;
    private final RefreshTokenTable.Row token;

    private Presented(Session session, @Nullable HeldPerson owner, RefreshTokenTable.Row token) {
      this.session = session;
      this.owner = owner;
      this.token = token;
    }

    Session itself() {
      return session;
    }

    /** {@code null} for one who is erased. */
    @Nullable HeldPerson owner() {
      return owner;
    }

    /** When the presented token was given. */
    Instant issuedAt() {
      return token.issuedAt();
    }

    @Override
    public boolean wasUsed() {
      return token.used();
    }

    @Override
    public @Nullable SealedSuccessor successor() {
      return token.successor();
    }

    @Override
    public boolean hasEnded() {
      return owner == null || session.hasEnded();
    }

    @Override
    public Instant expiresAt() {
      return session.expiresAt();
    }

    @Override
    public boolean end(Instant at) {
      return !sessions.end(session, Session.End.REFRESH_REUSED, at).isEmpty();
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
}
