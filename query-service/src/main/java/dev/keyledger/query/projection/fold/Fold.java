package dev.keyledger.query.projection.fold;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.IssuedSecret;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.MemberEvent.MemberAdded;
import dev.keyledger.events.MemberEvent.MemberErased;
import dev.keyledger.events.MemberEvent.MemberRemoved;
import dev.keyledger.events.MemberEvent.MemberRoleChanged;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.query.projection.fold.ViewRows.KeyRow;
import dev.keyledger.query.projection.fold.ViewRows.MemberRow;
import dev.keyledger.query.projection.fold.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.projection.fold.ViewRows.Ref;
import dev.keyledger.query.projection.fold.ViewRows.SecretPart;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What each event does to the views. An event changes rows only after everything that it needs was
 * found, so that a refused one leaves no trace.
 */
public final class Fold {
  private final WorkingSet set;
  private final UUID organization;
  private final long position;

  private Fold(WorkingSet set, UUID organization, long position) {
    this.set = set;
    this.organization = organization;
    this.position = position;
  }

  /**
   * @return the one word of the state before that the event doesn't say and history shows: a status
   *     (behind it, of what is about a suspension, the end that it had), or the prefix of the other
   *     secret; {@code null} when the event says it all
   * @throws ImpossibleEventException when the event cannot follow on this state
   */
  public static @Nullable String apply(LedgerEvent event, UUID organization, WorkingSet set) {
    var fold = new Fold(set, organization, event.position());
    return switch (event.event()) {
      case StandingEvent e -> fold.standing(e);
      case MemberEvent e -> fold.member(e);
      case KeyEvent e -> fold.key(e);
      // No view is of persons, and who asks about subscriptions is told by their events.
      case PersonEvent e -> null;
      case SubscriptionEvent e -> null;
    };
  }

  private @Nullable String standing(StandingEvent event) {
    if (event instanceof OrganizationRegistered e) {
      return registered(e);
    }
    OrganizationRow row = set.organizations.get(organization);
    return switch (event) {
      case OrganizationRegistered e -> throw new ImpossibleEventException("registered twice");
      case OrganizationVerified e -> {
        set.organizations.put(organization, row.withStatus("verified"));
        yield row.status();
      }
      case LiveEnabled e -> {
        set.organizations.put(organization, row.withStatus("live"));
        yield row.status();
      }
      case OrganizationSuspended e -> {
        set.organizations.put(organization, row.withSuspended(true, e.reason()));
        yield null;
      }
      case OrganizationReinstated e -> {
        set.organizations.put(organization, row.withSuspended(false, null));
        yield row.suspensionReason();
      }
      case PolicyChanged e -> {
        PolicyRow policy = set.policies.get(organization);
        String after = json(e.after());
        String ceiling = e.ceiling() ? after : policy.ceiling();
        set.policies.put(
            organization, new PolicyRow(organization, after, ceiling, position, e.at()));
        yield null;
      }
      case IpAllowlistChanged e -> {
        set.organizations.put(
            organization,
            row.withIpAllowlist(
                String.join(" ", e.after()), String.join(" ", e.afterEnvironments())));
        yield null;
      }
    };
  }

  private @Nullable String registered(OrganizationRegistered e) {
    if (position != 0 || set.organizations.find(organization) != null) {
      throw new ImpossibleEventException("registered twice");
    }
    String policy = json(e.policy());
    set.organizations.put(
        organization,
        new OrganizationRow(
            organization,
            e.slug(),
            e.name(),
            lower(e.kind()),
            e.preset(),
            "onboarding",
            false,
            null,
            "",
            e.at(),
            ""));
    set.policies.put(organization, new PolicyRow(organization, policy, policy, position, e.at()));
    return null;
  }

  private @Nullable String member(MemberEvent event) {
    var ref = new Ref(organization, event.member().uuid());
    switch (event) {
      case MemberAdded e ->
          set.members.put(
              ref,
              new MemberRow(
                  organization,
                  ref.id(),
                  e.person().uuid(),
                  e.email().ciphertext(),
                  lower(e.role()),
                  e.at(),
                  null));
      case MemberRoleChanged e ->
          set.members.put(ref, set.members.get(ref).withRole(lower(e.after())));
      case MemberRemoved e -> set.members.put(ref, set.members.get(ref).removed(e.at()));
      case MemberErased e -> set.members.put(ref, set.members.get(ref).erased());
    }
    return null;
  }

  private @Nullable String key(KeyEvent event) {
    var ref = new Ref(organization, event.key().uuid());
    if (event instanceof KeyCreated e) {
      set.keys.put(ref, created(ref, e));
      return null;
    }
    KeyRow row = set.keys.get(ref);
    return switch (event) {
      case KeyCreated e -> throw new ImpossibleEventException("created twice");
      case KeyRotated e -> {
        SecretPart previous = row.secret();
        var older = new SecretPart(previous.prefix(), previous.createdAt(), e.previousValidUntil());
        set.keys.put(ref, row.withSecrets(newest(e.secret()), older));
        yield previous.prefix();
      }
      case RotationCompleted e -> {
        set.keys.put(ref, row.withSecrets(row.secret(), null));
        yield row.secret().prefix();
      }
      case RotationRolledBack e -> {
        SecretPart older = row.older();
        if (older == null) {
          throw new ImpossibleEventException("there is no rotation to roll back");
        }
        set.keys.put(
            ref, row.withSecrets(new SecretPart(older.prefix(), older.createdAt(), null), null));
        yield older.prefix();
      }
      case KeyScopesNarrowed e -> {
        set.keys.put(ref, row.withScopes(String.join(" ", e.after())));
        yield null;
      }
      case KeyRenamed e -> {
        set.keys.put(ref, row.withName(e.after()));
        yield null;
      }
      case KeyLeaked e -> null;
      case KeyEndingSoon e -> null;
      case KeySuspended e -> {
        set.keys.put(ref, row.suspended(e.until()));
        yield withEnd(row.statusAt(e.at()), row);
      }
      case KeyResumed e -> {
        set.keys.put(ref, row.resumed());
        yield withEnd(row.resumed().statusAt(e.effectiveAt()), row);
      }
      case KeyRevoked e -> {
        set.keys.put(ref, row.ended("revoked", e.at()));
        yield row.statusAt(e.at());
      }
      case KeyExpired e -> {
        set.keys.put(ref, row.ended("expired", e.effectiveAt()));
        yield row.statusAt(e.effectiveAt());
      }
    };
  }

  // The status, and behind it when a suspension that there was would have ended.
  private static String withEnd(String status, KeyRow row) {
    return row.suspendedUntil() == null ? status : status + " " + row.suspendedUntil();
  }

  private static KeyRow created(Ref ref, KeyCreated e) {
    return new KeyRow(
        ref.organization(),
        ref.id(),
        e.name(),
        e.environment(),
        String.join(" ", e.scopes()),
        e.createdBy() == null ? null : e.createdBy().uuid(),
        e.at(),
        e.expiresAt(),
        newest(e.secret()),
        null,
        null,
        null,
        false,
        null);
  }

  private static SecretPart newest(IssuedSecret secret) {
    return new SecretPart(secret.prefix(), secret.createdAt(), null);
  }

  private static String lower(Enum<?> value) {
    return value.name().toLowerCase(Locale.ROOT);
  }

  private static String json(Policy policy) {
    return EventCodec.mapper().writeValueAsString(policy);
  }
}
