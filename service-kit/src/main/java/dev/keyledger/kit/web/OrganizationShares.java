package dev.keyledger.kit.web;

import dev.keyledger.client.Caller;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.bounds.FairShare;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.jspecify.annotations.Nullable;
import org.springframework.web.servlet.HandlerInterceptor;

/**
 * Shares what a service does at once among the organisations that it is for, by {@link FairShare}:
 * however many members and keys one has, from however many networks, and however long its requests
 * wait, the others find room. 503 {@code busy} beyond. Requests of the platform's own are none of
 * an organisation's.
 *
 * <p>It stands behind authentication: what somebody claims to be takes nothing from whom they name.
 */
final class OrganizationShares implements HandlerInterceptor {
  private static final String HELD = OrganizationShares.class.getName();

  private static final Problem BUSY =
      Problem.of(503, "busy", "Too many requests of this organisation are under way. Try again.")
          .withHeader("Retry-After", "1");

  private final FairShare<OrganizationId> requests;

  /**
   * @param requests at once, of all organisations together, at least 2
   */
  OrganizationShares(int requests) {
    this.requests = new FairShare<>(requests);
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    // One whose answer came later, and is dispatched once more, has had its place since.
    if (request.getAttribute(HELD) == null
        && request.getAttribute(Caller.class.getName()) instanceof Caller caller
        && isTenant(caller)) {
      OrganizationId organization = caller.organization();
      if (organization != null) {
        if (!requests.tryTake(organization, 1)) {
          throw BUSY.toException();
        }
        request.setAttribute(HELD, organization);
      }
    }
    return true;
  }

  private static boolean isTenant(Caller caller) {
    return switch (caller.kind()) {
      case MEMBER, API_KEY -> true;
      case OPERATOR, SERVICE -> false;
    };
  }

  @Override
  public void afterCompletion(
      HttpServletRequest request,
      HttpServletResponse response,
      Object handler,
      @Nullable Exception failure) {
    if (request.getAttribute(HELD) instanceof OrganizationId organization) {
      request.removeAttribute(HELD);
      requests.giveBack(organization, 1);
    }
  }
}
