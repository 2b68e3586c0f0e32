package dev.keyledger.command.api;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.EndpointRefusedException;
import dev.keyledger.command.denied.Asker;
import dev.keyledger.command.denied.DeniedCommand;
import dev.keyledger.command.denied.DeniedCommands;
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
import dev.keyledger.events.feed.Activity.By;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.api.ApiDescription;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.time.Clock;
import java.util.Arrays;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.Ordered;
import org.springframework.stereotype.Component;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.servlet.HandlerExceptionResolver;
import org.springframework.web.servlet.HandlerMapping;
import org.springframework.web.servlet.ModelAndView;

/**
 * Sees every refusal of a command that names its organisation on its way out, wherever it was
 * refused, and has the denials among them told. It resolves none. A dry run asks for nothing, so
 * that none is denied.
 */
@Component
final class Denials implements HandlerExceptionResolver, Ordered {
  private static final Logger log = LoggerFactory.getLogger(Denials.class);

  /** What is longer is no organisation's. */
  private static final int LONGEST_NAME = 63;

  /**
   * @param permission that the caller lacks, where it is one alone
   */
  private record Reason(String code, @Nullable String permission) {}

  private final DeniedCommands denied;
  private final ApiDescription description;
  private final Clock clock;

  Denials(DeniedCommands denied, ApiDescription description, Clock clock) {
    this.denied = denied;
    this.description = description;
    this.clock = clock;
  }

  @Override
  public int getOrder() {
    return HIGHEST_PRECEDENCE;
  }

  @Override
  public @Nullable ModelAndView resolveException(
      HttpServletRequest request,
      HttpServletResponse response,
      @Nullable Object handler,
      Exception e) {
    try {
      tell(request, handler, e);
    } catch (RuntimeException failure) {
      // What can't be told makes no other refusal of it.
      log.warn("A denied command is not told: {}", failure.getClass().getSimpleName());
    }
    return null;
  }

  private void tell(HttpServletRequest request, @Nullable Object handler, Exception e) {
    if (handler instanceof HandlerMethod method
        && request.getAttribute(Caller.class.getName()) instanceof Caller caller
        && !isDryRun(request, method)) {
      Map<?, ?> path = path(request);
      reason(e)
          .filter(reason ->
              path.get(CommandArguments.ORGANIZATION) instanceof String named
                  && named.length() <= LONGEST_NAME)
          .ifPresent(reason ->
              denied.add(denied(request, path, caller, reason), askerOf(caller), clock.millis()));
    }
  }

  private static Optional<Reason> reason(Exception e) {
    return switch (e) {
      case RefusedException refused when isDenial(refused.refusal()) ->
          Optional.of(
              new Reason(
                  refused.refusal().code(),
                  refused.refusal() instanceof Forbidden f ? f.permission() : null));
      case EndpointRefusedException refused when refused.refusal().status() == 403 -> {
        AccessRefusedException refusal = refused.refusal();
        yield Optional.of(new Reason(refusal.code(), refusal.permission()));
      }
      default -> Optional.empty();
    };
  }

  private DeniedCommand denied(
      HttpServletRequest request, Map<?, ?> path, Caller caller, Reason reason) {
    String named = String.valueOf(path.get(CommandArguments.ORGANIZATION));
    boolean belongs = caller.belongsTo(named);
    OrganizationId own = belongs ? caller.organization() : null;
    String pattern =
        String.valueOf(request.getAttribute(HandlerMapping.BEST_MATCHING_PATTERN_ATTRIBUTE));
    return new DeniedCommand(
        own != null ? own.value() : named,
        own != null,
        belongs ? callerOf(caller) : DeniedCommand.Caller.OUTSIDER,
        reason.code(),
        description.operationOf(request.getMethod(), pattern).orElse(null),
        reason.permission(),
        id(path.get("key"), KeyId::new),
        id(path.get("member"), MemberId::new));
  }

  private static DeniedCommand.Caller callerOf(Caller caller) {
    By by =
        switch (caller.kind()) {
          case OPERATOR -> By.OPERATOR;
          case MEMBER -> By.MEMBER;
          case API_KEY, SERVICE -> By.KEY;
        };
    return new DeniedCommand.Caller(by, caller.person(), caller.session(), caller.key());
  }

  private static Asker askerOf(Caller caller) {
    String who =
        caller.person() != null
            ? caller.person().value()
            : caller.key() != null ? caller.key().value() : "";
    return new Asker(who, caller.organization());
  }

  /** {@code null} for what is no such id: it is about nothing that there is. */
  private static <T> @Nullable T id(@Nullable Object text, Function<String, T> id) {
    try {
      return text instanceof String s ? id.apply(s) : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static boolean isDryRun(HttpServletRequest request, HandlerMethod method) {
    return CommandContextResolver.saysDryRun(request)
        || Arrays.stream(method.getMethodParameters())
            .anyMatch(parameter -> parameter.hasParameterAnnotation(Dry.class));
  }

  private static Map<?, ?> path(HttpServletRequest request) {
    return request.getAttribute(HandlerMapping.URI_TEMPLATE_VARIABLES_ATTRIBUTE)
            instanceof Map<?, ?> variables
        ? variables
        : Map.of();
  }

  /** Whether somebody asked for what they may not, or policy or the operator forbid. */
  static boolean isDenial(Refusal refusal) {
    return switch (refusal) {
      case Forbidden r -> true;
      case AddressNotAllowed r -> true;
      case OrganizationSuspended r -> true;
      case OrganizationNotVerified r -> true;
      case OrganizationNotLive r -> true;
      case ConnectedAccount r -> true;
      case PolicyCeilingExceeded r -> true;
      case KeyLimitReached r -> true;
      case CreationRateExceeded r -> true;
      case RateLimited r -> true;
      case ScopeWidening r -> true;
      case InvalidField r -> false;
      case OrganizationNotFound r -> false;
      case SlugTaken r -> false;
      case WouldShutOutCaller r -> false;
      case EnvironmentInUse r -> false;
      case MemberNotFound r -> false;
      case AlreadyMember r -> false;
      case LastOwner r -> false;
      case KeyNotFound r -> false;
      case KeyNotActive r -> false;
      case RotationInProgress r -> false;
      case NotRotating r -> false;
      case IdempotencyKeyReused r -> false;
      case SubscriptionLimitReached r -> true;
      case StreamExists r -> false;
      case OtherKind r -> false;
      case SubscriptionNotFound r -> false;
      case InvalidUrl r -> false;
    };
  }
}
