package dev.keyledger.command.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import dev.keyledger.command.organization.Key;
import dev.keyledger.command.organization.Member;
import dev.keyledger.command.organization.Standing;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The answers' parts, as query-service shows them too. */
final class Json {
  private Json() {}

  /**
   * @param suspendedUntil absent where there is none, as in answers of before keys could be
   *     suspended
   * @param rotateBy absent where policy lets its secret become as old as it likes, and of a key
   *     that has ended
   * @param lastUsedAt always {@code null} here: only the views know of uses
   */
  record KeyJson(
      KeyId id,
      String name,
      String prefix,
      String environment,
      List<String> scopes,
      Key.Status status,
      @Nullable MemberId createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant rotateBy,
      @JsonInclude(JsonInclude.Include.NON_NULL) @Nullable Instant suspendedUntil,
      @Nullable Instant lastUsedAt,
      List<SecretJson> secrets) {}

  record SecretJson(
      String prefix,
      Instant createdAt,
      @Nullable Instant validUntil,
      @Nullable Instant lastUsedAt) {}

  /** Secrets newest first: the newest, and the older one while it works. */
  static KeyJson of(Key key, Instant at) {
    Key.Secret newest = key.secrets().getLast();
    var secrets = new ArrayList<SecretJson>();
    secrets.add(of(newest, key.endBy(at).orElse(null)));
    key.olderSecretLiveAt(at)
        .filter(s -> key.isLiveAt(at))
        .map(s -> of(s, s.end()))
        .ifPresent(secrets::add);
    return new KeyJson(
        key.id(),
        key.name(),
        newest.prefix(),
        key.environment(),
        key.scopes(),
        key.statusAt(at),
        key.createdBy(),
        key.createdAt(),
        key.expiresAt(),
        key.isLiveAt(at) ? key.rotateBy() : null,
        key.suspendedUntil(at),
        null,
        secrets);
  }

  private static SecretJson of(Key.Secret secret, @Nullable Instant validUntil) {
    return new SecretJson(secret.prefix(), secret.createdAt(), validUntil, null);
  }

  enum Stage {
    ONBOARDING,
    VERIFIED,
    LIVE
  }

  record OrganizationJson(
      OrganizationId id,
      String slug,
      String name,
      OrganizationKind kind,
      @Nullable String preset,
      Stage status,
      boolean suspended,
      @Nullable String suspensionReason,
      List<String> ipAllowlist,
      List<String> ipAllowlistEnvironments,
      Instant createdAt,
      long position) {}

  static OrganizationJson of(Standing standing, long position) {
    return new OrganizationJson(
        standing.id(),
        standing.slug(),
        standing.name(),
        standing.kind(),
        standing.preset(),
        standing.live() ? Stage.LIVE : standing.verified() ? Stage.VERIFIED : Stage.ONBOARDING,
        standing.suspended(),
        standing.suspensionReason(),
        standing.ipAllowlist(),
        standing.allowlistEnvironments(),
        standing.registeredAt(),
        position);
  }

  /** Without the person's id: comparing it would tell who belongs to another organisation too. */
  record MemberJson(MemberId id, Role role, String status, Instant addedAt) {}

  static MemberJson of(Member member) {
    return new MemberJson(
        member.id(), member.role(), member.removed() ? "removed" : "active", member.addedAt());
  }
}
