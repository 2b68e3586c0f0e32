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
import dev.keyledger.kit.web.RequestTrace;
import java.time.Clock;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * Turns a verified request into what a command has to know of it. Only people command: a key or a
 * service is {@code forbidden}, whatever its scopes.
 */
@Component
final class CommandContextResolver implements HandlerMethodArgumentResolver {
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
  public CommandContext resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    Caller caller = Requests.callerOf(request);
    RequestTrace trace = RequestTrace.of(Requests.servlet(request));
    Actor actor =
        switch (caller.kind()) {
          case OPERATOR -> new Actor(Actor.Kind.OPERATOR, caller.person(), null, caller.session());
          case MEMBER ->
              new Actor(Actor.Kind.MEMBER, caller.person(), caller.member(), caller.session());
          case API_KEY, SERVICE -> throw new Forbidden().toException();
        };
    PersonId person = actor.person();
    SealedText address =
        person == null || caller.address().isEmpty()
            ? null
            : people.seal(person, caller.address()).orElse(null);
    return new CommandContext(
        actor,
        new Origin(trace.requestId(), address, trace.traceparent()),
        clock.instant(),
        new ClientAddress(caller.address()));
  }
}
