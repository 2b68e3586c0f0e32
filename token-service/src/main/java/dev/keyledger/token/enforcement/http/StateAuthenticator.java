package dev.keyledger.token.enforcement.http;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.client.Credential;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.VouchingAuthenticator;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.kit.decide.AccessClaims;
import dev.keyledger.kit.decide.Code;
import dev.keyledger.kit.decide.KeyFacts;
import dev.keyledger.kit.decide.KeyQuestion;
import dev.keyledger.kit.decide.KeyVerdict;
import dev.keyledger.kit.decide.TokenVerdict;
import dev.keyledger.kit.decide.UnknowableException;
import dev.keyledger.kit.sessions.SessionQuestion;
import dev.keyledger.token.enforcement.tokens.LiveSessions;
import java.time.Instant;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * The caller of token-service itself, by the state in this process. A person whom it can't tell of
 * now is let in by their session in PostgreSQL, without permissions: what is done here for people
 * themselves, as ending a session, goes on without Kafka.
 */
@Component
public final class StateAuthenticator extends VouchingAuthenticator {
  private final CredentialChecks checks;
  private final LiveSessions sessions;

  public StateAuthenticator(CredentialChecks checks, LiveSessions sessions) {
    this.checks = checks;
    this.sessions = sessions;
  }

  /**
   * @throws AccessRefusedException 401, 403 or 503 as every service of the platform answers
   */
  @Override
  public Caller authenticate(Credential credential, RequestContext context) {
    try {
      return byState(credential, context);
    } catch (UnknowableException e) {
      return bySession(credential, context);
    }
  }

  private Caller bySession(Credential credential, RequestContext context) {
    String text = credential.text().revealSecret();
    // What has ended has done so for ever, however old the news.
    if (checks.askForHolder(text) instanceof TokenVerdict.Inactive inactive
        && inactive.code() == Code.REVOKED) {
      throw refusal(inactive.code(), inactive.reason());
    }
    AccessClaims claims = checks.uncontested(text, context);
    SessionId session = claims == null ? null : claims.session();
    PersonId person = claims == null ? null : claims.person();
    if (claims == null || session == null || person == null) {
      throw AccessRefusedException.notFresh();
    }
    boolean operator = claims.kind() == AccessClaims.Kind.OPERATOR;
    if (!sessions.isAlive(
        new SessionQuestion(session, claims.jti(), person, claims.member(), operator))) {
      throw refusal(Code.REVOKED, Code.REVOKED.text());
    }
    return callerOf(claims, Set.of(), context.address());
  }

  /**
   * By the state alone.
   *
   * @throws UnknowableException when that can't tell now
   * @throws AccessRefusedException 401 or 403
   */
  Caller byState(Credential credential, RequestContext context) {
    String text = credential.text().revealSecret();
    String address = context.address();
    return switch (credential) {
      case Credential.ApiKey key ->
          callerOf(checks.ask(KeyQuestion.direct(text, context, Set.of())), checks.now(), address);
      case Credential.SignedToken token -> callerOf(checks.ask(text, context), address);
      case Credential.OpaqueToken token -> callerOf(checks.ask(text, context), address);
    };
  }

  static Caller callerOf(KeyVerdict verdict, Instant at, String address) {
    return switch (verdict) {
      case KeyVerdict.Refused refused -> throw refusal(refused.code(), refused.code().text());
      case KeyVerdict.Accepted accepted -> callerOf(accepted, at, address);
    };
  }

  static Caller callerOf(KeyVerdict.Accepted accepted, Instant at, String address) {
    KeyFacts key = accepted.key();
    boolean service = isService(accepted);
    return vouchFor(
        service ? Caller.Kind.SERVICE : Caller.Kind.API_KEY,
        service ? null : key.organizationId(),
        service ? null : accepted.organization().access().slug(),
        null,
        key.creatorId(),
        key.id(),
        null,
        accepted.permissions(),
        key.environment(),
        at,
        address);
  }

  static boolean isService(KeyVerdict.Accepted accepted) {
    return accepted.organization().access().kind() == OrganizationKind.PLATFORM;
  }

  private static Caller callerOf(TokenVerdict verdict, String address) {
    return switch (verdict) {
      case TokenVerdict.Inactive inactive -> throw refusal(inactive.code(), inactive.reason());
      case TokenVerdict.Active active -> callerOf(active.claims(), active.permissions(), address);
    };
  }

  private static Caller callerOf(AccessClaims claims, Set<String> permissions, String address) {
    return vouchFor(
        switch (claims.kind()) {
          case OPERATOR -> Caller.Kind.OPERATOR;
          case MEMBER -> Caller.Kind.MEMBER;
          case API_KEY -> Caller.Kind.API_KEY;
        },
        claims.organization(),
        claims.slug(),
        claims.person(),
        claims.member(),
        claims.key(),
        claims.session(),
        permissions,
        claims.environment(),
        claims.issuedAt(),
        address);
  }

  /** The holder of what was good once may know what became of it; a stranger may not. */
  private static AccessRefusedException refusal(Code code, String reason) {
    return refusal(code).because(reason);
  }

  private static AccessRefusedException refusal(Code code) {
    return switch (code) {
      case MALFORMED, NOT_FOUND -> AccessRefusedException.invalid();
      case REVOKED -> AccessRefusedException.revoked();
      case EXPIRED -> AccessRefusedException.expired();
      case KEY_SUSPENDED -> AccessRefusedException.suspended();
      case WRONG_ENVIRONMENT -> AccessRefusedException.wrongEnvironment();
      case ORGANIZATION_SUSPENDED -> AccessRefusedException.organizationSuspended();
      case IP_NOT_ALLOWED -> AccessRefusedException.addressNotAllowed();
      case INSUFFICIENT_SCOPE, OK -> AccessRefusedException.forbidden();
    };
  }
}
