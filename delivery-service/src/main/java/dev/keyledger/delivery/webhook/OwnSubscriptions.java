package dev.keyledger.delivery.webhook;

import dev.keyledger.client.Caller;
import dev.keyledger.delivery.http.NamedOrganization;
import dev.keyledger.delivery.subscription.Standing;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionTable;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** The subscription that a path names, for who may ask about it. */
@Component
public final class OwnSubscriptions {
  private final SubscriptionTable subscriptions;

  OwnSubscriptions(SubscriptionTable subscriptions) {
    this.subscriptions = subscriptions;
  }

  /**
   * @param org its id, or the caller's own by its slug
   * @throws ProblemException 403 {@code forbidden} for another caller's organisation, 404 {@code
   *     organization_not_found}, {@code subscription_not_found}
   */
  SubscriptionKey find(Caller caller, String org, String sub) {
    var key = new SubscriptionKey(NamedOrganization.of(caller, org), subscription(sub));
    if (subscriptions.find(key).isEmpty()) {
      throw notFound();
    }
    return key;
  }

  /**
   * One that is still sent to.
   *
   * @throws ProblemException as {@link #find}, which one that was removed isn't
   */
  public SubscriptionKey findStanding(Caller caller, String org, String sub) {
    var key = new SubscriptionKey(NamedOrganization.of(caller, org), subscription(sub));
    if (subscriptions.find(key).filter(one -> one.standing() != Standing.REMOVED).isEmpty()) {
      throw notFound();
    }
    return key;
  }

  /**
   * One that is sent messages.
   *
   * @throws ProblemException as {@link #findStanding}, and 409 {@code other_kind}
   */
  SubscriptionKey findSentMessages(Caller caller, String org, String sub) {
    SubscriptionKey key = findStanding(caller, org, sub);
    if (subscriptions.find(key).filter(one -> !one.state().collects()).isEmpty()) {
      throw Problem.of(409, "other_kind", "Subscriptions of that kind have no such thing.")
          .toException();
    }
    return key;
  }

  private static SubscriptionId subscription(String text) {
    return Optional.of(text)
        .filter(one -> one.startsWith(SubscriptionId.PREFIX))
        .flatMap(one -> {
          try {
            return Optional.of(new SubscriptionId(one));
          } catch (IllegalArgumentException e) {
            return Optional.empty();
          }
        })
        .orElseThrow(OwnSubscriptions::notFound);
  }

  static ProblemException notFound() {
    return Problem.of(404, "subscription_not_found", "There is no such subscription.")
        .toException();
  }
}
