package dev.keyledger.command.api;

import dev.keyledger.command.ledger.ForeseenException;
import dev.keyledger.command.ledger.LedgerBusyException;
import dev.keyledger.command.organization.Refusal;
import dev.keyledger.command.organization.Refusal.AddressNotAllowed;
import dev.keyledger.command.organization.Refusal.AlreadyMember;
import dev.keyledger.command.organization.Refusal.ConnectedAccount;
import dev.keyledger.command.organization.Refusal.CreationRateExceeded;
import dev.keyledger.command.organization.Refusal.EnvironmentInUse;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.IdempotencyKeyReused;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Refusal.InvalidUrl;
import dev.keyledger.command.organization.Refusal.KeyLimitReached;
import dev.keyledger.command.organization.Refusal.KeyNotActive;
import dev.keyledger.command.organization.Refusal.KeyNotFound;
import dev.keyledger.command.organization.Refusal.LastOwner;
import dev.keyledger.command.organization.Refusal.MemberNotFound;
import dev.keyledger.command.organization.Refusal.NotRotating;
import dev.keyledger.command.organization.Refusal.OrganizationNotFound;
import dev.keyledger.command.organization.Refusal.OrganizationNotLive;
import dev.keyledger.command.organization.Refusal.OrganizationNotVerified;
import dev.keyledger.command.organization.Refusal.OrganizationSuspended;
import dev.keyledger.command.organization.Refusal.OtherKind;
import dev.keyledger.command.organization.Refusal.PolicyCeilingExceeded;
import dev.keyledger.command.organization.Refusal.RateLimited;
import dev.keyledger.command.organization.Refusal.RotationInProgress;
import dev.keyledger.command.organization.Refusal.ScopeWidening;
import dev.keyledger.command.organization.Refusal.SlugTaken;
import dev.keyledger.command.organization.Refusal.StreamExists;
import dev.keyledger.command.organization.Refusal.SubscriptionLimitReached;
import dev.keyledger.command.organization.Refusal.SubscriptionNotFound;
import dev.keyledger.command.organization.Refusal.WouldShutOutCaller;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.kit.database.UnavailableDatabase;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemWriter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.util.Locale;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;

/** The one place where a refusal becomes a status, and a dry run an answer. */
@RestControllerAdvice
@Order(Ordered.HIGHEST_PRECEDENCE)
final class CommandProblems {
  private static final Logger log = LoggerFactory.getLogger(CommandProblems.class);

  private final ProblemWriter problems;
  private final RefusedUses uses;

  CommandProblems(ProblemWriter problems, RefusedUses uses) {
    this.problems = problems;
    this.uses = uses;
  }

  @ExceptionHandler
  void refused(RefusedException e, HttpServletResponse response) throws IOException {
    problems.write(response, problemOf(e.refusal()));
  }

  /** No problem at all: a dry run ends where it was decided. */
  @ExceptionHandler
  ResponseEntity<DryRuns.DryRun> foreseen(ForeseenException e) {
    return DryRuns.answer(e.foreseen(), uses);
  }

  /** The ledger can't be asked by this command now; none of our doing. */
  @ExceptionHandler
  void busy(LedgerBusyException e, HttpServletResponse response) throws IOException {
    log.warn("A command could not be decided now", e);
    problems.write(response, UnavailableDatabase.PROBLEM);
  }

  static Problem problemOf(Refusal refusal) {
    return switch (refusal) {
      case InvalidField r -> Problem.ofField(r.field(), r.detail());
      case Forbidden r -> {
        Problem problem = of(403, r, "You may not do this.");
        yield r.permission() == null ? problem : problem.with("permission", r.permission());
      }
      case AddressNotAllowed r -> of(403, r, "The credential may not be used from this address.");
      case OrganizationNotFound r -> of(404, r, "There is no such organization.");
      case SlugTaken r -> of(409, r, "This slug belongs to another organization.");
      case OrganizationSuspended r -> of(403, r, "The organization is suspended.");
      case OrganizationNotVerified r -> of(409, r, "The organization has to be verified first.");
      case OrganizationNotLive r ->
          of(403, r, "Keys of this environment need an organization that is live.");
      case ConnectedAccount r -> of(403, r, "Connected accounts cannot manage API keys.");
      case PolicyCeilingExceeded r ->
          of(403, r, "The policy would allow more than the operator does.")
              .with("field", r.field());
      case WouldShutOutCaller r ->
          of(
                  409,
                  r,
                  "You could not act here any more. Ask for it once more with ?confirm=shut_out if"
                      + " that is meant.")
              .with("field", r.field());
      case EnvironmentInUse r ->
          of(409, r, "An environment with active keys cannot go.")
              .with("environment", r.environment());
      case MemberNotFound r -> of(404, r, "There is no such member.");
      case AlreadyMember r -> of(409, r, "This person is a member already.");
      case LastOwner r -> of(409, r, "An organization keeps at least one owner.");
      case KeyNotFound r -> of(404, r, "There is no such key.");
      case KeyNotActive r -> of(409, r, "The key is revoked or has expired.");
      case KeyLimitReached r ->
          of(409, r, "There are as many active keys as the policy allows.")
              .with("limit", r.limit().maximum())
              .with("per", r.limit().per().name().toLowerCase(Locale.ROOT));
      case CreationRateExceeded r -> {
        long seconds = r.retryAfter().plusMillis(999).toSeconds();
        yield of(429, r, "Keys are created too fast.")
            .with("retry_after", seconds)
            .withHeader("Retry-After", String.valueOf(seconds));
      }
      case RateLimited r -> {
        Problem problem = of(429, r, "The organization's members change it too fast.");
        for (var header : Answers.rateLimit(r.quota()).headersOfRefusal().entrySet()) {
          problem = problem.withHeader(header.getKey(), header.getValue());
        }
        yield problem;
      }
      case RotationInProgress r ->
          of(409, r, "There are two live secrets already; that rotation has to end first.");
      case NotRotating r -> of(409, r, "The key has only one live secret.");
      case ScopeWidening r -> of(412, r, "Scopes can only be narrowed.");
      case SubscriptionNotFound r -> of(404, r, "There is no such subscription.");
      case StreamExists r -> of(409, r, "The key has a stream already.");
      case OtherKind r -> of(409, r, "Subscriptions of that kind have no such thing.");
      case SubscriptionLimitReached r ->
          of(409, r, "There are as many subscriptions as an organization may have.")
              .with("limit", r.maximum());
      case InvalidUrl r -> of(422, r, "A URL to be called is " + r.why() + ".");
      case IdempotencyKeyReused r ->
          of(422, r, "This Idempotency-Key was sent with another request.");
    };
  }

  private static Problem of(int status, Refusal refusal, String detail) {
    return Problem.of(status, refusal.code(), detail);
  }
}
