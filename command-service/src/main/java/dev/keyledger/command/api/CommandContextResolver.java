package dev.keyledger.command.api;

import dev.keyledger.client.Caller;
import dev.keyledger.command.organization.ClientAddress;
import dev.keyledger.command.organization.CommandContext;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.people.PeopleClient;
import dev.keyledger.events.Actor;
import dev.keyledger.events.Origin;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.text.UserAgent;
import dev.keyledger.kit.web.ArgumentParameters;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.QueryParameters;
import dev.keyledger.kit.web.RequestTrace;
import jakarta.servlet.http.HttpServletRequest;
import java.time.Clock;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Turns a verified request into what a command has to know of it. Only people command: a key or a
 * service is {@code forbidden}, whatever its scopes. Whether they mean it is said by the query
 * parameter {@code dry_run}, which every command takes by having such a context.
 */
@Component
final class CommandContextResolver implements HandlerMethodArgumentResolver, ArgumentParameters {
  private static final String DRY_RUN = "dry_run";

  private final PeopleClient people;
  private final Clock clock;

  CommandContextResolver(PeopleClient people, Clock clock) {
    this.people = people;
    this.clock = clock;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == CommandContext.class;
  }

  @Override
  public Set<String> of(MethodParameter argument) {
    return supportsParameter(argument) && !isDry(argument) ? Set.of(DRY_RUN) : Set.of();
  }

  private static boolean isDry(MethodParameter argument) {
    return argument.hasParameterAnnotation(Dry.class);
  }

  @Override
  public CommandContext resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    HttpServletRequest servlet = Requests.servlet(request);
    return contextOf(Requests.callerOf(request), servlet, isDry(parameter) || isDryRun(servlet));
  }

  /**
   * Of a command of this caller.
   *
   * @throws dev.keyledger.command.organization.RefusedException {@code forbidden} for who commands
   *     nothing
   */
  CommandContext contextOf(Caller caller, HttpServletRequest request, boolean dryRun) {
    RequestTrace trace = RequestTrace.of(request);
    Actor actor =
        switch (caller.kind()) {
          case OPERATOR -> new Actor(Actor.Kind.OPERATOR, caller.person(), null, caller.session());
          case MEMBER ->
              new Actor(Actor.Kind.MEMBER, caller.person(), caller.member(), caller.session());
          case API_KEY, SERVICE -> throw new Forbidden().toException();
        };
    PersonId person = actor.person();
    String address = caller.address().isEmpty() ? null : caller.address();
    String agent = UserAgent.shown(request.getHeader("User-Agent"));
    Function<String, @Nullable SealedText> seal =
        person == null || dryRun || (address == null && agent == null)
            ? text -> null
            : people
                .sealing(person)
                .<Function<String, @Nullable SealedText>>map(f -> f::apply)
                .orElse(text -> null);
    return new CommandContext(
        actor,
        new Origin(
            trace.requestId(),
            address == null ? null : seal.apply(address),
            trace.traceparent(),
            agent == null ? null : seal.apply(agent),
            null),
        clock.instant(),
        new ClientAddress(caller.address()),
        dryRun);
  }

  private static boolean isDryRun(HttpServletRequest request) {
    return switch (said(request)) {
      case "true" -> true;
      case "false" -> false;
      default -> throw Problem.ofField(DRY_RUN, "true or false").toException();
    };
  }

  /** Whether a request that may be refused already says so. */
  static boolean saysDryRun(HttpServletRequest request) {
    return said(request).equals("true");
  }

  private static String said(HttpServletRequest request) {
    List<String> said = QueryParameters.valuesIn(request.getQueryString(), DRY_RUN);
    return said.isEmpty() ? "false" : said.getFirst();
  }
}
