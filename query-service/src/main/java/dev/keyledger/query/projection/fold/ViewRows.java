package dev.keyledger.query.projection.fold;

import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import java.time.Instant;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** The rows of the views, as the fold sees them. */
public final class ViewRows {
  private ViewRows() {}

  /** Of an organisation's parts: the tenant first, as in every primary key. */
  public record Ref(UUID organization, UUID id) {}

  /**
   * @param log of the organisation, whose leaves are its events up to this position; {@code null}
   *     in a view version of a release that kept none
   */
  public record PositionRow(UUID organization, long position, @Nullable Frontier log) {}

  /**
   * A full tile's root.
   *
   * @param level of the tile in which it stands, 1 or more
   * @param index among those of its level
   */
  public record NodeRow(UUID organization, int level, long index, Hash hash) {}

  public record OrganizationRow(
      UUID organization,
      String slug,
      String name,
      String kind,
      @Nullable String preset,
      String status,
      boolean suspended,
      @Nullable String suspensionReason,
      String ipAllowlist,
      Instant createdAt,
      String ipAllowlistEnvironments) {

    OrganizationRow withStatus(String next) {
      return new OrganizationRow(
          organization,
          slug,
          name,
          kind,
          preset,
          next,
          suspended,
          suspensionReason,
          ipAllowlist,
          createdAt,
          ipAllowlistEnvironments);
    }

    OrganizationRow withSuspended(boolean next, @Nullable String reason) {
      return new OrganizationRow(
          organization,
          slug,
          name,
          kind,
          preset,
          status,
          next,
          reason,
          ipAllowlist,
          createdAt,
          ipAllowlistEnvironments);
    }

    OrganizationRow withIpAllowlist(String next, String environments) {
      return new OrganizationRow(
          organization,
          slug,
          name,
          kind,
          preset,
          status,
          suspended,
          suspensionReason,
          next,
          createdAt,
          environments);
    }
  }

  /**
   * @param ceiling what an owner may only tighten
   * @param position of the event that set the policy
   */
  public record PolicyRow(
      UUID organization, String policy, String ceiling, long position, Instant changedAt) {}

  /**
   * @param email sealed under the person's data key; empty once they were erased
   */
  public record MemberRow(
      UUID organization,
      UUID member,
      UUID person,
      String email,
      String role,
      Instant addedAt,
      @Nullable Instant removedAt) {

    MemberRow withRole(String next) {
      return new MemberRow(organization, member, person, email, next, addedAt, removedAt);
    }

    /** What was sealed can't be opened any more, and isn't kept. */
    MemberRow erased() {
      return new MemberRow(organization, member, person, "", role, addedAt, removedAt);
    }

    MemberRow removed(Instant at) {
      return new MemberRow(organization, member, person, email, role, addedAt, at);
    }
  }

  public record SecretPart(String prefix, Instant createdAt, @Nullable Instant validUntil) {}

  /**
   * @param secret the newest
   * @param older the one that still works while a rotation lasts; its end may have passed
   * @param ended {@code revoked} or {@code expired} once an event said so
   * @param suspended while no event said that it is over
   * @param suspendedUntil when it is over whether or not an event says so; {@code null} for never
   */
  public record KeyRow(
      UUID organization,
      UUID key,
      String name,
      String environment,
      String scopes,
      @Nullable UUID createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      SecretPart secret,
      @Nullable SecretPart older,
      @Nullable String ended,
      @Nullable Instant endedAt,
      boolean suspended,
      @Nullable Instant suspendedUntil) {

    KeyRow withName(String next) {
      return with(next, scopes, secret, older);
    }

    KeyRow withScopes(String next) {
      return with(name, next, secret, older);
    }

    KeyRow withSecrets(SecretPart newest, @Nullable SecretPart previous) {
      return with(name, scopes, newest, previous);
    }

    private KeyRow with(
        String newName, String newScopes, SecretPart newest, @Nullable SecretPart previous) {
      return new KeyRow(
          organization,
          key,
          newName,
          environment,
          newScopes,
          createdBy,
          createdAt,
          expiresAt,
          newest,
          previous,
          ended,
          endedAt,
          suspended,
          suspendedUntil);
    }

    KeyRow ended(String how, Instant at) {
      return with(how, at, false, null);
    }

    KeyRow suspended(@Nullable Instant until) {
      return with(ended, endedAt, true, until);
    }

    KeyRow resumed() {
      return with(ended, endedAt, false, null);
    }

    private KeyRow with(
        @Nullable String how, @Nullable Instant at, boolean isSuspended, @Nullable Instant until) {
      return new KeyRow(
          organization,
          key,
          name,
          environment,
          scopes,
          createdBy,
          createdAt,
          expiresAt,
          secret,
          older,
          how,
          at,
          isSuspended,
          until);
    }

    /** By the clock of an event: what the key was when it came. */
    String statusAt(Instant at) {
      if (ended != null) {
        return ended;
      }
      if (suspended && (suspendedUntil == null || suspendedUntil.isAfter(at))) {
        return "suspended";
      }
      boolean rotating =
          older != null && (older.validUntil() == null || older.validUntil().isAfter(at));
      return rotating ? "rotating" : "active";
    }
  }
}
