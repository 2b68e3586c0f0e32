package dev.keyledger.events.access;

import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.id.Id;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What enforcement needs to know of one subject: its whole state after the event at {@code
 * position}. Keyed by {@link #subject()} on a compacted topic, so the highest position of a subject
 * is all there is to know of it; a subject that ended keeps its record.
 */
public sealed interface AccessRecord {
  OrganizationId organization();

  long position();

  Id subject();

  /**
   * @param allowlistEnvironments those that the list is limited to; empty for what the policy says
   */
  record OrganizationAccess(
      OrganizationId organization,
      long position,
      String slug,
      OrganizationKind kind,
      boolean verified,
      boolean live,
      boolean suspended,
      List<String> ipAllowlist,
      List<String> allowlistEnvironments,
      Policy policy)
      implements AccessRecord {
    public OrganizationAccess {
      ipAllowlist = List.copyOf(ipAllowlist);
      allowlistEnvironments =
          allowlistEnvironments == null ? List.of() : List.copyOf(allowlistEnvironments);
    }

    /** Whose list names no environments. */
    public OrganizationAccess(
        OrganizationId organization,
        long position,
        String slug,
        OrganizationKind kind,
        boolean verified,
        boolean live,
        boolean suspended,
        List<String> ipAllowlist,
        Policy policy) {
      this(
          organization,
          position,
          slug,
          kind,
          verified,
          live,
          suspended,
          ipAllowlist,
          List.of(),
          policy);
    }

    @Override
    public Id subject() {
      return organization;
    }
  }

  record MemberAccess(
      OrganizationId organization,
      long position,
      MemberId member,
      PersonId person,
      Role role,
      boolean removed)
      implements AccessRecord {
    @Override
    public Id subject() {
      return member;
    }
  }

  /**
   * @param createdBy whose it is where keys act for their creator; {@code null} where the operator
   *     made it and named no member
   * @param secrets one, or two while it rotates, the newest last; those that ended by an event are
   *     kept too while they are among the last two, so that an ended secret can be told from an
   *     unknown one
   * @param suspension {@code null} of a key that isn't suspended, whatever ended that
   */
  record KeyAccess(
      OrganizationId organization,
      long position,
      KeyId key,
      String environment,
      List<String> scopes,
      @Nullable MemberId createdBy,
      @Nullable Instant expiresAt,
      KeyState state,
      List<SecretAccess> secrets,
      @Nullable Suspension suspension)
      implements AccessRecord {
    public KeyAccess {
      scopes = List.copyOf(scopes);
      secrets = List.copyOf(secrets);
    }

    /** One that isn't suspended. */
    public KeyAccess(
        OrganizationId organization,
        long position,
        KeyId key,
        String environment,
        List<String> scopes,
        @Nullable MemberId createdBy,
        @Nullable Instant expiresAt,
        KeyState state,
        List<SecretAccess> secrets) {
      this(
          organization,
          position,
          key,
          environment,
          scopes,
          createdBy,
          expiresAt,
          state,
          secrets,
          null);
    }

    /**
     * @param until first instant at which the key works again, by the clock of who decides; {@code
     *     null} until a record says so
     */
    public record Suspension(@Nullable Instant until) {}

    @Override
    public Id subject() {
      return key;
    }

    public enum KeyState {
      ACTIVE,
      REVOKED,
      EXPIRED
    }
  }

  /**
   * @param validUntil first instant at which it no longer works; {@code null} while nothing ends it
   * @param endedAt since when it doesn't, by an event: it has ended whatever a reader's clock says;
   *     {@code null} while no event has ended it, and in records of before there was this field
   */
  record SecretAccess(
      String prefix,
      String verifier,
      Instant createdAt,
      @Nullable Instant validUntil,
      @Nullable Instant endedAt) {
    /** One that no event has ended. */
    public SecretAccess(
        String prefix, String verifier, Instant createdAt, @Nullable Instant validUntil) {
      this(prefix, verifier, createdAt, validUntil, null);
    }
  }
}
