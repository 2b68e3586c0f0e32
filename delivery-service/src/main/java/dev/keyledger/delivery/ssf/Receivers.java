package dev.keyledger.delivery.ssf;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Caller;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.Standing;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionTable;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Who may see to which streams: a key to its own, a member to their organisation's. */
@Component
final class Receivers {
  private final SubscriptionTable subscriptions;

  Receivers(SubscriptionTable subscriptions) {
    this.subscriptions = subscriptions;
  }

  /**
   * The organisation of a caller who may change streams.
   *
   * @throws ProblemException 403 {@code forbidden}
   */
  static OrganizationId managing(Caller caller) {
    return may(caller, Permissions.SSF_MANAGE, Permissions.SUBSCRIPTIONS_MANAGE);
  }

  /**
   * The organisation of a caller who may read what their streams are.
   *
   * @throws ProblemException 403 {@code forbidden}
   */
  static OrganizationId reading(Caller caller) {
    return may(
        caller,
        Permissions.SSF_READ,
        Permissions.SSF_MANAGE,
        Permissions.SUBSCRIPTIONS_READ,
        Permissions.SUBSCRIPTIONS_MANAGE);
  }

  /**
   * The organisation of a caller who may take what is for a stream: a key its own, and who may
   * change them.
   *
   * @throws ProblemException 403 {@code forbidden}
   */
  static OrganizationId polling(Caller caller) {
    return caller.kind() == Caller.Kind.API_KEY ? reading(caller) : managing(caller);
  }

  private static OrganizationId may(Caller caller, String... permissions) {
    OrganizationId organization = caller.organization();
    boolean belongs = caller.kind() == Caller.Kind.MEMBER || caller.kind() == Caller.Kind.API_KEY;
    if (!belongs || organization == null || Stream.of(permissions).noneMatch(caller::may)) {
      throw Problem.of(AccessRefusedException.forbidden())
          .withHeader("WWW-Authenticate", "Bearer error=\"insufficient_scope\"")
          .toException();
    }
    return organization;
  }

  List<FoldedSubscription> all(OrganizationId organization, Caller caller) {
    return subscriptions.streams(organization).stream()
        .filter(stream -> isOwn(stream, caller))
        .toList();
  }

  /**
   * @throws ProblemException 404 {@code subscription_not_found} for another receiver's too
   */
  FoldedSubscription one(OrganizationId organization, Caller caller, @Nullable String id) {
    if (id == null) {
      throw Problem.ofField("stream_id", "The field is missing.").toException();
    }
    return key(organization, id)
        .flatMap(subscriptions::find)
        .filter(one -> one.state().streams() && one.standing() != Standing.REMOVED)
        .filter(one -> isOwn(one, caller))
        .orElseThrow(Receivers::notFound);
  }

  private static Optional<SubscriptionKey> key(OrganizationId organization, String id) {
    try {
      return Optional.of(new SubscriptionKey(organization, new SubscriptionId(id)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static boolean isOwn(FoldedSubscription stream, Caller caller) {
    return caller.kind() == Caller.Kind.MEMBER
        || caller.key() != null && caller.key().equals(stream.state().receiver());
  }

  static ProblemException notFound() {
    return Problem.of(404, "subscription_not_found", "There is no such subscription.")
        .toException();
  }
}
