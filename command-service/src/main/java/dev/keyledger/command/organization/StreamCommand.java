package dev.keyledger.command.organization;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A receiver of security events sees to its own stream (OpenID Shared Signals 1.0): a key of the
 * organisation, for which the platform acts, or a member.
 */
public sealed interface StreamCommand extends SubscriptionCommand {
  /** The key that asks; {@code null} where a person does, who is the actor. */
  @Nullable KeyId receiver();

  /** What a stream may do: its receiver's word, as the standard has them. */
  enum Status {
    ENABLED,
    PAUSED,
    DISABLED
  }

  /**
   * @param subscription a fresh id
   * @param url that may be called, as far as its text says so, or the path at which the receiver
   *     polls
   * @param events the types that it asks for
   * @param shown with what is pushed, sealed; empty for nothing
   */
  record CreateStream(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      @Nullable KeyId receiver,
      String name,
      String url,
      List<String> events,
      FreshSigningSecret shown)
      implements StreamCommand {
    public CreateStream {
      Fields.name("description", name);
      events = Fields.securityEvents("events_requested", events);
    }
  }

  /**
   * @param name {@code null} to leave it
   * @param url {@code null} to leave it
   * @param events {@code null} to leave them
   * @param shown another one; {@code null} to leave it
   */
  record ChangeStream(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      @Nullable KeyId receiver,
      @Nullable String name,
      @Nullable String url,
      @Nullable List<String> events,
      @Nullable FreshSigningSecret shown)
      implements StreamCommand {
    public ChangeStream {
      if (name != null) {
        Fields.name("description", name);
      }
      if (events != null) {
        events = Fields.securityEvents("events_requested", events);
      }
    }
  }

  record SetStreamStatus(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      @Nullable KeyId receiver,
      Status status,
      @Nullable String reason)
      implements StreamCommand {
    public SetStreamStatus {
      Fields.reason("reason", reason);
    }
  }

  record RemoveStream(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      @Nullable KeyId receiver)
      implements StreamCommand {}
}
