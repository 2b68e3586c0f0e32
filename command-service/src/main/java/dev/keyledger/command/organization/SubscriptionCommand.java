package dev.keyledger.command.organization;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Whom the organisation has told of its events. */
public sealed interface SubscriptionCommand extends OrganizationCommand
    permits SubscriptionCommand.Issuing,
        SubscriptionCommand.ChangeSubscription,
        SubscriptionCommand.PauseSubscription,
        SubscriptionCommand.DisableSubscription,
        SubscriptionCommand.ResumeSubscription,
        SubscriptionCommand.RemoveSubscription,
        StreamCommand {
  SubscriptionId subscription();

  /** A command that gives out a secret, once. */
  sealed interface Issuing extends SubscriptionCommand, IssuingCommand
      permits CreateSubscription, RotateSubscriptionSecret {
    FreshSigningSecret secret();
  }

  /**
   * @param subscription a fresh id
   * @param url that may be called, as far as its text says so
   * @param events patterns
   * @param collector how a collector is sent to; {@code null} of any other kind
   */
  record CreateSubscription(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      SubscriptionKind kind,
      String name,
      String url,
      List<String> events,
      SignatureScheme signature,
      FreshSigningSecret secret,
      @Nullable CollectorSettings collector)
      implements Issuing {
    public CreateSubscription {
      Fields.name("name", name);
      if (kind.isCollector() != (collector != null)) {
        throw new IllegalArgumentException("a collector has settings of its own, and no other");
      }
      if (collector == null) {
        events = Fields.eventPatterns("events", events);
      } else {
        events = Fields.historyPatterns("events", events);
        Fields.collector(kind, collector);
      }
    }

    /** Of no collector. */
    public CreateSubscription(
        OrganizationId organization,
        CommandContext context,
        SubscriptionId subscription,
        SubscriptionKind kind,
        String name,
        String url,
        List<String> events,
        SignatureScheme signature,
        FreshSigningSecret secret) {
      this(organization, context, subscription, kind, name, url, events, signature, secret, null);
    }
  }

  /**
   * @param name {@code null} to leave it
   * @param url {@code null} to leave it; otherwise one that may be called, as far as its text says
   * @param events {@code null} to leave them
   * @param collector what of a collector's own is to change
   */
  record ChangeSubscription(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      @Nullable String name,
      @Nullable String url,
      @Nullable List<String> events,
      CollectorChange collector)
      implements SubscriptionCommand {
    public ChangeSubscription {
      if (name != null) {
        Fields.name("name", name);
      }
      if (events != null) {
        events = Fields.historyPatterns("events", events);
      }
    }

    public ChangeSubscription(
        OrganizationId organization,
        CommandContext context,
        SubscriptionId subscription,
        @Nullable String name,
        @Nullable String url,
        @Nullable List<String> events) {
      this(organization, context, subscription, name, url, events, CollectorChange.NONE);
    }
  }

  /**
   * @param overlap for how long the older secret signs on; {@code null} for a day
   */
  record RotateSubscriptionSecret(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      @Nullable Duration overlap,
      FreshSigningSecret secret)
      implements Issuing {
    public RotateSubscriptionSecret {
      Fields.overlap("overlap_seconds", overlap);
    }
  }

  record PauseSubscription(
      OrganizationId organization,
      CommandContext context,
      SubscriptionId subscription,
      @Nullable String reason)
      implements SubscriptionCommand {
    public PauseSubscription {
      Fields.reason("reason", reason);
    }
  }

  /** From the platform: its receiver answered that it is there no more. */
  record DisableSubscription(
      OrganizationId organization, CommandContext context, SubscriptionId subscription)
      implements SubscriptionCommand {}

  record ResumeSubscription(
      OrganizationId organization, CommandContext context, SubscriptionId subscription)
      implements SubscriptionCommand {}

  record RemoveSubscription(
      OrganizationId organization, CommandContext context, SubscriptionId subscription)
      implements SubscriptionCommand {}
}
