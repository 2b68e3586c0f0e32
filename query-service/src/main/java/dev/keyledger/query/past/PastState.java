package dev.keyledger.query.past;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.query.projection.fold.Fold;
import dev.keyledger.query.projection.fold.ViewRows.KeyRow;
import dev.keyledger.query.projection.fold.ViewRows.MemberRow;
import dev.keyledger.query.projection.fold.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.projection.fold.ViewRows.Ref;
import dev.keyledger.query.projection.fold.ViewRows.SecretPart;
import dev.keyledger.query.projection.fold.WorkingSet;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * An organisation, or some of its keys and members, as the events left it: the same fold that makes
 * the views, over rows in memory.
 */
public final class PastState {
  /**
   * @param status {@code onboarding}, {@code verified} or {@code live}
   */
  public record PastOrganization(
      OrganizationId id,
      String slug,
      String name,
      String kind,
      @Nullable String preset,
      String status,
      boolean suspended,
      @Nullable String suspensionReason,
      List<String> ipAllowlist,
      List<String> ipAllowlistEnvironments,
      Instant createdAt) {}

  /**
   * @param position of the event that set it
   */
  public record PastPolicy(Policy policy, Policy ceiling, long position, Instant changedAt) {}

  public record PastMember(
      MemberId id, SealedText email, String role, Instant addedAt, @Nullable Instant removedAt) {}

  public record PastSecret(String prefix, Instant createdAt, @Nullable Instant validUntil) {
    PastSecret under(KeyRules rules) {
      return new PastSecret(prefix, createdAt, earlier(validUntil, rules.tooOldAt(createdAt)));
    }
  }

  /** Of two ends, either of which may never come. */
  static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || other != null && other.isBefore(one) ? other : one;
  }

  /**
   * @param older the one that a rotation left, whether or not its end has come
   * @param ended {@code revoked} or {@code expired} where an event said so
   * @param suspended while no event said that it is over
   * @param suspendedUntil when it was over whether or not an event said so
   * @param rotateBy when its newest secret was too old, if the policy that it was put under had
   *     such an age; {@code null} for never
   */
  public record PastKey(
      UUID id,
      String name,
      String environment,
      List<String> scopes,
      @Nullable UUID createdBy,
      Instant createdAt,
      @Nullable Instant expiresAt,
      PastSecret newest,
      @Nullable PastSecret older,
      @Nullable String ended,
      @Nullable Instant endedAt,
      boolean suspended,
      @Nullable Instant suspendedUntil,
      @Nullable Instant rotateBy) {

    /** Which of its secrets had become too old by when is a policy's to say. */
    public PastKey under(KeyRules rules) {
      return new PastKey(
          id,
          name,
          environment,
          scopes,
          createdBy,
          createdAt,
          expiresAt,
          newest,
          older == null ? null : older.under(rules),
          ended,
          endedAt,
          suspended,
          suspendedUntil,
          rules.tooOldAt(newest.createdAt()));
    }

    /** First instant at which it no longer worked; {@code null} for never. */
    public @Nullable Instant endsAt() {
      return earlier(expiresAt, rotateBy);
    }

    /** Whether it was its secret's age that ended it, or would. */
    public boolean endsByAge() {
      return rotateBy != null && (expiresAt == null || rotateBy.isBefore(expiresAt));
    }

    /** By the clock of that time: an end that had come counted, whether or not its event had. */
    public String statusAt(Instant at) {
      if (ended != null) {
        return ended;
      }
      Instant end = endsAt();
      if (end != null && !end.isAfter(at)) {
        return "expired";
      }
      if (suspended && (suspendedUntil == null || suspendedUntil.isAfter(at))) {
        return "suspended";
      }
      return isOlderLiveAt(at) ? "rotating" : "active";
    }

    /** Of itself: its key may have ended. */
    public boolean isOlderLiveAt(Instant at) {
      return older != null && (older.validUntil() == null || older.validUntil().isAfter(at));
    }
  }

  private final OrganizationId organization;
  private final WorkingSet set = new WorkingSet();

  private PastState(OrganizationId organization) {
    this.organization = organization;
  }

  /**
   * @param events in the order of their positions: of each subject that is asked about all of them,
   *     and of the organisation itself at least its first and the last of each type
   */
  public static PastState of(OrganizationId organization, List<LedgerEvent> events) {
    var state = new PastState(organization);
    for (LedgerEvent event : events) {
      String unused = Fold.apply(event, organization.uuid(), state.set);
    }
    return state;
  }

  public PastOrganization organization() {
    OrganizationRow row = Objects.requireNonNull(set.organizations.find(organization.uuid()));
    return new PastOrganization(
        organization,
        row.slug(),
        row.name(),
        row.kind(),
        row.preset(),
        row.status(),
        row.suspended(),
        row.suspensionReason(),
        words(row.ipAllowlist()),
        words(row.ipAllowlistEnvironments()),
        row.createdAt());
  }

  public PastPolicy policy() {
    PolicyRow row = Objects.requireNonNull(set.policies.find(organization.uuid()));
    return new PastPolicy(
        policy(row.policy()), policy(row.ceiling()), row.position(), row.changedAt());
  }

  public Optional<PastMember> member(MemberId id) {
    return Optional.ofNullable(set.members.find(new Ref(organization.uuid(), id.uuid())))
        .map(PastState::member);
  }

  public List<PastMember> members() {
    return set.members.changed().stream().map(PastState::member).toList();
  }

  public Optional<PastKey> key(KeyId id) {
    return Optional.ofNullable(set.keys.find(new Ref(organization.uuid(), id.uuid())))
        .map(PastState::key);
  }

  private static PastMember member(MemberRow row) {
    return new PastMember(
        MemberId.of(row.member()),
        new SealedText(PersonId.of(row.person()), row.email()),
        row.role(),
        row.addedAt(),
        row.removedAt());
  }

  private static PastKey key(KeyRow row) {
    return new PastKey(
        row.key(),
        row.name(),
        row.environment(),
        words(row.scopes()),
        row.createdBy(),
        row.createdAt(),
        row.expiresAt(),
        secret(row.secret()),
        row.older() == null ? null : secret(row.older()),
        row.ended(),
        row.endedAt(),
        row.suspended(),
        row.suspendedUntil(),
        null);
  }

  private static PastSecret secret(SecretPart part) {
    return new PastSecret(part.prefix(), part.createdAt(), part.validUntil());
  }

  private static Policy policy(String json) {
    return EventCodec.decode(json.getBytes(StandardCharsets.UTF_8), Policy.class);
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
