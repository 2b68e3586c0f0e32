package dev.keyledger.delivery.followers;

import dev.keyledger.delivery.feed.FeedScope;
import dev.keyledger.events.feed.Ack;
import dev.keyledger.events.id.OrganizationId;
import org.jspecify.annotations.Nullable;

/**
 * Who follows, as it names itself within what it is told.
 *
 * @param instance one process's life
 */
public record FollowerName(FeedScope scope, String name, String instance) {
  static FollowerName of(Ack.Follower said) {
    String organization = said.organization();
    return new FollowerName(
        organization == null
            ? new FeedScope.All()
            : new FeedScope.Of(new OrganizationId(organization)),
        said.name(),
        said.instance());
  }

  /** Whose part it is told; {@code null} for all. */
  @Nullable String organization() {
    return scope instanceof FeedScope.Of of ? of.organization().value() : null;
  }
}
