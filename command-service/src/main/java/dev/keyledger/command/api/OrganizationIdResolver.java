package dev.keyledger.command.api;

import dev.keyledger.client.Caller;
import dev.keyledger.command.ledger.Slugs;
import dev.keyledger.command.organization.Refusal.Forbidden;
import dev.keyledger.command.organization.Refusal.OrganizationNotFound;
import dev.keyledger.events.id.OrganizationId;
import org.jspecify.annotations.Nullable;
import org.springframework.core.MethodParameter;
import org.springframework.stereotype.Component;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;

/**
 * The organisation that a path names by id or slug. Another than the caller's is {@code forbidden},
 * existing or not; the operator is told when there is none.
 */
@Component
final class OrganizationIdResolver implements HandlerMethodArgumentResolver {
  private final Slugs slugs;

  OrganizationIdResolver(Slugs slugs) {
    this.slugs = slugs;
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType() == OrganizationId.class;
  }

  @Override
  public OrganizationId resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binders) {
    return organization(
        Requests.callerOf(request), Requests.pathVariable(request, CommandArguments.ORGANIZATION));
  }

  private OrganizationId organization(Caller caller, String named) {
    if (!caller.belongsTo(named)) {
      throw new Forbidden().toException();
    }
    if (caller.organization() != null) {
      return caller.organization();
    }
    if (named.startsWith(OrganizationId.PREFIX)) {
      try {
        return new OrganizationId(named);
      } catch (IllegalArgumentException e) {
        throw new OrganizationNotFound().toException();
      }
    }
    return slugs.find(named).orElseThrow(() -> new OrganizationNotFound().toException());
  }
}
