package dev.keyledger.command.organization;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The life of one API key. */
public sealed interface KeyCommand extends OrganizationCommand {
  KeyId key();

  /** A command that gives out a secret, once. */
  sealed interface Issuing extends KeyCommand, IssuingCommand permits CreateKey, RotateKey {
    FreshSecret secret();
  }

  /**
   * @param key a fresh id
   * @param environment {@code null} where the organisation has just one, or its status decides
   * @param expiresAt {@code null} for never; whether it lies ahead is for the decision to say,
   *     since what was answered before stays answered after that end
   * @param member whose it is, where the operator makes it and keys act for their creator; {@code
   *     null} otherwise
   */
  record CreateKey(
      OrganizationId organization,
      CommandContext context,
      KeyId key,
      String name,
      @Nullable String environment,
      List<String> scopes,
      @Nullable Instant expiresAt,
      @Nullable MemberId member,
      FreshSecret secret)
      implements Issuing {
    public CreateKey {
      Fields.name("name", name);
      scopes = Fields.scopes("scopes", scopes);
      expiresAt = expiresAt == null ? null : expiresAt.truncatedTo(ChronoUnit.MILLIS);
    }
  }

  /**
   * @param grace for how long the older secret works on; {@code null} for what the policy says
   */
  record RotateKey(
      OrganizationId organization,
      CommandContext context,
      KeyId key,
      @Nullable Duration grace,
      FreshSecret secret)
      implements Issuing {
    public RotateKey {
      Fields.grace("grace_period", grace);
    }
  }

  /** Ends the older secret. From the platform itself it only records an end that came due. */
  record CompleteRotation(OrganizationId organization, CommandContext context, KeyId key)
      implements KeyCommand {}

  /** Ends the newer secret, and lets the older one live on as before the rotation. */
  record RollBackRotation(OrganizationId organization, CommandContext context, KeyId key)
      implements KeyCommand {}

  /**
   * Renames a key, narrows its scopes, or both at once.
   *
   * @param name {@code null} to leave it
   * @param scopes {@code null} to leave them
   */
  record UpdateKey(
      OrganizationId organization,
      CommandContext context,
      KeyId key,
      @Nullable String name,
      @Nullable List<String> scopes)
      implements KeyCommand {
    public UpdateKey {
      if (name != null) {
        Fields.name("name", name);
      }
      if (scopes != null) {
        scopes = Fields.scopes("scopes", scopes);
      }
    }
  }

  /**
   * @param compromisedSince from when on others may have had its secret; {@code null} where nothing
   *     is known of that. Whether it lies in the key's life is for the decision to say
   */
  record RevokeKey(
      OrganizationId organization,
      CommandContext context,
      KeyId key,
      @Nullable String reason,
      @Nullable Instant compromisedSince)
      implements KeyCommand {
    public RevokeKey(
        OrganizationId organization, CommandContext context, KeyId key, @Nullable String reason) {
      this(organization, context, key, reason, null);
    }

    public RevokeKey {
      Fields.reason("reason", reason);
    }
  }

  /**
   * Has the key refused for a while; of one that is suspended, it changes the end.
   *
   * @param until first instant at which it works again; {@code null} until it is resumed. Whether
   *     it is one of the next ninety days is for the decision to say
   */
  record SuspendKey(
      OrganizationId organization,
      CommandContext context,
      KeyId key,
      @Nullable Instant until,
      String reason)
      implements KeyCommand {
    public SuspendKey {
      until = until == null ? null : until.truncatedTo(ChronoUnit.MILLIS);
      Fields.suspensionReason("reason", reason);
    }
  }

  /**
   * Says that a secret of the key was found where others can read it; policy says what comes of
   * that. Who asks is the platform, on anybody's word who has shown the secret, or whoever holds
   * {@code leaks.report}.
   *
   * @param verifier of the secret that was found, base64url
   * @param url where it was found, without a secret in it; {@code null} where that isn't known
   * @param source what kind of place that is; {@code null} for none
   * @param reportedBy key of the service that reported it; {@code null} for any other
   */
  record ReportLeak(
      OrganizationId organization,
      CommandContext context,
      KeyId key,
      String verifier,
      @Nullable String url,
      @Nullable String source,
      @Nullable KeyId reportedBy)
      implements KeyCommand {}

  /** Ends a suspension. From the platform itself it only records an end that came due. */
  record ResumeKey(OrganizationId organization, CommandContext context, KeyId key)
      implements KeyCommand {}

  /** Says that a key's end comes near, where that is so and wasn't said; of the platform alone. */
  record WarnOfEnd(OrganizationId organization, CommandContext context, KeyId key)
      implements KeyCommand {}

  /** Records that a key's end came; before its end it does nothing. */
  record ExpireKey(OrganizationId organization, CommandContext context, KeyId key)
      implements KeyCommand {}
}
