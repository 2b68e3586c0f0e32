package dev.keyledger.command.organization;

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
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.KeyRules;
import java.time.Instant;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An API key as the events left it. Whether it works also depends on the time: see {@link
 * #isLiveAt}.
 *
 * @param createdBy whose it is where keys act for their creator; {@code null} for one that the
 *     operator made and named no member for
 * @param expiresAt first instant at which it no longer works; {@code null} for never
 * @param ended the event that ended it, if one did; an end by the clock alone does not show here
 * @param endedAt when that event says that it ended
 * @param secrets one or two, the newest last, or behind one that was rolled back the one that lives
 *     on; an ended one stays until another takes its place
 * @param suspension the last, while no event says that it is over; {@code null} for none
 * @param warned what was said last of an end that comes near; {@code null} for nothing
 */
public record Key(
    KeyId id,
    String name,
    String environment,
    List<String> scopes,
    @Nullable MemberId createdBy,
    Instant createdAt,
    @Nullable Instant expiresAt,
    @Nullable End ended,
    @Nullable Instant endedAt,
    List<Secret> secrets,
    @Nullable Suspension suspension,
    @Nullable Warned warned) {

  public Key {
    scopes = List.copyOf(scopes);
    secrets = List.copyOf(secrets);
  }

  static Key of(KeyCreated e) {
    return new Key(
        e.key(),
        e.name(),
        e.environment(),
        e.scopes(),
        e.createdBy(),
        e.at(),
        e.expiresAt(),
        null,
        null,
        List.of(Secret.of(e.secret())),
        null,
        null);
  }

  Key after(KeyEvent event) {
    return switch (event) {
      case KeyCreated e -> throw new IllegalStateException(id + " was created before");
      case KeyRotated e -> rotatedTo(Secret.of(e.secret()), e.previousValidUntil());
      case RotationCompleted e -> withOlderSecretEnded(e.effectiveAt());
      case RotationRolledBack e -> withNewerSecretEnded(e.at());
      case KeyScopesNarrowed e -> scopedTo(e.after());
      case KeyRenamed e -> named(e.after());
      case KeyLeaked e -> leaked(e.prefix());
      case KeyEndingSoon e -> warnedOf(new Warned(e.dueAt(), e.daysLeft()));
      case KeySuspended e -> suspendedAs(new Suspension(e.until()));
      case KeyResumed e -> suspendedAs(null);
      case KeyRevoked e -> endedAs(End.REVOKED, e.at());
      case KeyExpired e -> endedAs(End.EXPIRED, e.effectiveAt());
    };
  }

  public enum End {
    REVOKED,
    EXPIRED
  }

  public enum Status {
    ACTIVE,
    ROTATING,
    SUSPENDED,
    REVOKED,
    EXPIRED
  }

  /**
   * @param validUntil first instant at which it no longer works by what an event says; {@code null}
   *     while none does
   * @param ended whether its end is recorded by an event
   * @param leaked whether an event says that it was found where others can read it
   * @param tooOldAt first instant at which it is older than policy lets one become; {@code null}
   *     for never
   */
  public record Secret(
      String prefix,
      String verifier,
      Instant createdAt,
      @Nullable Instant validUntil,
      boolean ended,
      boolean leaked,
      @Nullable Instant tooOldAt) {

    Secret(
        String prefix,
        String verifier,
        Instant createdAt,
        @Nullable Instant validUntil,
        boolean ended,
        boolean leaked) {
      this(prefix, verifier, createdAt, validUntil, ended, leaked, null);
    }

    static Secret of(IssuedSecret issued) {
      return new Secret(
          issued.prefix(),
          Objects.requireNonNull(issued.verifier(), "the ledger keeps every secret's verifier"),
          issued.createdAt(),
          null,
          false,
          false);
    }

    Secret until(@Nullable Instant end) {
      return new Secret(prefix, verifier, createdAt, end, false, leaked, tooOldAt);
    }

    Secret endedAt(Instant end) {
      return new Secret(prefix, verifier, createdAt, end, true, leaked, tooOldAt);
    }

    Secret foundByOthers() {
      return new Secret(prefix, verifier, createdAt, validUntil, ended, true, tooOldAt);
    }

    Secret under(KeyRules rules) {
      Instant end = rules.tooOldAt(createdAt);
      return Objects.equals(end, tooOldAt)
          ? this
          : new Secret(prefix, verifier, createdAt, validUntil, ended, leaked, end);
    }

    /** First instant at which it no longer works; {@code null} while nothing ends it. */
    public @Nullable Instant end() {
      return ended ? validUntil : earlier(validUntil, tooOldAt);
    }

    boolean isLiveAt(Instant at) {
      Instant end = end();
      return !ended && (end == null || at.isBefore(end));
    }
  }

  /**
   * @param until first instant at which the key works again; {@code null} until it is resumed
   */
  public record Suspension(@Nullable Instant until) {
    boolean lastsAt(Instant at) {
      return until == null || at.isBefore(until);
    }
  }

  /**
   * @param end of which it was said
   * @param daysLeft within how many days that is
   */
  public record Warned(Instant end, int daysLeft) {
    boolean covers(Instant another, int days) {
      return end.equals(another) && daysLeft <= days;
    }
  }

  /** As it is under a policy: what a secret may be ends with its age. */
  Key under(KeyRules rules) {
    return ended == null
        ? with(secrets.stream().map(secret -> secret.under(rules)).toList(), suspension)
        : this;
  }

  /** When it may be said next that its end comes near; empty where there is nothing to say. */
  public Optional<Instant> nextWarningAfter(Instant at) {
    return expiresAt == null || !isLiveAt(at)
        ? Optional.empty()
        : NearEnds.nextAfter(at, createdAt, expiresAt);
  }

  /**
   * First instant at which it no longer works, as long as no event ends it before: its own end, or
   * when the secret that it would go on with is too old; {@code null} for never.
   */
  public @Nullable Instant endsAt() {
    return earlier(expiresAt, rotateBy());
  }

  /**
   * First instant at which its secret is too old, unless it was rotated; {@code null} for never.
   */
  public @Nullable Instant rotateBy() {
    return secrets.getLast().tooOldAt();
  }

  /** Whether it is its secret's age that ends it. */
  boolean endsByAge() {
    Instant byAge = rotateBy();
    return byAge != null && (expiresAt == null || byAge.isBefore(expiresAt));
  }

  /** Since when it has had what ends: by its age its secret, otherwise itself. */
  Instant endCountsFrom() {
    return endsByAge() ? secrets.getLast().createdAt() : createdAt;
  }

  private static @Nullable Instant earlier(@Nullable Instant one, @Nullable Instant other) {
    return one == null || other != null && other.isBefore(one) ? other : one;
  }

  /** Whether it is refused then, though it hasn't ended. */
  public boolean isSuspendedAt(Instant at) {
    return isLiveAt(at) && suspension != null && suspension.lastsAt(at);
  }

  /** Until when it is suspended then; {@code null} where it isn't, or until it is resumed. */
  public @Nullable Instant suspendedUntil(Instant at) {
    return suspension != null && isSuspendedAt(at) ? suspension.until() : null;
  }

  /** When a suspension was over by the clock, while no event says so. */
  Optional<Instant> suspensionPastDueAt(Instant at) {
    return Optional.ofNullable(suspension).filter(s -> !s.lastsAt(at)).map(Suspension::until);
  }

  /** No event ended it, and the time is before its end. */
  public boolean isLiveAt(Instant at) {
    Instant end = endsAt();
    return ended == null && (end == null || at.isBefore(end));
  }

  /** The secret that a rotation replaced, while it still works. */
  public Optional<Secret> olderSecretLiveAt(Instant at) {
    return older().filter(s -> s.isLiveAt(at));
  }

  /** The secret that a rotation replaced and that ended by the clock, while no event says so. */
  Optional<Secret> olderSecretPastDueAt(Instant at) {
    return older().filter(s -> !s.ended() && !s.isLiveAt(at));
  }

  /** Those that work then, with their ends; empty where the key doesn't. */
  Map<String, Optional<Instant>> liveSecretsAt(Instant at) {
    var live = new LinkedHashMap<String, Optional<Instant>>();
    if (isLiveAt(at)) {
      secrets.stream()
          .filter(secret -> secret.isLiveAt(at))
          .forEach(secret -> live.put(secret.prefix(), endOf(secret)));
    }
    return live;
  }

  /** When its secret of that name ends, or has: with its own end or the key's, if either comes. */
  Optional<Instant> endOf(String prefix) {
    return secretShownAs(prefix).flatMap(this::endOf);
  }

  private Optional<Instant> endOf(Secret secret) {
    return Stream.of(secret.end(), ended == null ? endsAt() : endedAt)
        .flatMap(Stream::ofNullable)
        .min(Comparator.naturalOrder());
  }

  /** Of its last two, the older one first. */
  public Optional<Secret> secretShownAs(String prefix) {
    return secrets.stream().filter(s -> s.prefix().equals(prefix)).findFirst();
  }

  /** The one of that verifier, while it works. */
  Optional<Secret> secretOf(String verifier, Instant at) {
    return isLiveAt(at)
        ? secrets.stream().filter(s -> s.isLiveAt(at) && s.verifier().equals(verifier)).findFirst()
        : Optional.empty();
  }

  private Key leaked(String prefix) {
    return with(
        secrets.stream().map(s -> s.prefix().equals(prefix) ? s.foundByOthers() : s).toList(),
        suspension);
  }

  /** One that a rotation replaced, and that no event has ended. */
  boolean hasOlderSecretLeft() {
    return older().filter(secret -> !secret.ended()).isPresent();
  }

  private Optional<Secret> older() {
    return secrets.size() < 2 ? Optional.empty() : Optional.of(secrets.getFirst());
  }

  public Status statusAt(Instant at) {
    if (ended == End.REVOKED) {
      return Status.REVOKED;
    }
    if (!isLiveAt(at)) {
      return Status.EXPIRED;
    }
    if (isSuspendedAt(at)) {
      return Status.SUSPENDED;
    }
    return olderSecretLiveAt(at).isPresent() ? Status.ROTATING : Status.ACTIVE;
  }

  /** When it stopped working, if by then it has. */
  public Optional<Instant> endBy(Instant at) {
    return isLiveAt(at)
        ? Optional.empty()
        : Optional.ofNullable(ended == null ? endsAt() : endedAt);
  }

  Key rotatedTo(Secret newest, @Nullable Instant previousValidUntil) {
    return with(List.of(secrets.getLast().until(previousValidUntil), newest), suspension);
  }

  Key withOlderSecretEnded(Instant at) {
    return with(List.of(secrets.getFirst().endedAt(at), secrets.getLast()), suspension);
  }

  /** The older one takes the newest's place again, as it was before there was another. */
  Key withNewerSecretEnded(Instant at) {
    return with(List.of(secrets.getLast().endedAt(at), secrets.getFirst().until(null)), suspension);
  }

  Key suspendedAs(@Nullable Suspension next) {
    return with(secrets, next);
  }

  /** What has ended is suspended no more. */
  Key endedAs(End end, Instant at) {
    return new Key(
        id,
        name,
        environment,
        scopes,
        createdBy,
        createdAt,
        expiresAt,
        end,
        at,
        secrets,
        null,
        null);
  }

  Key named(String newName) {
    return with(newName, scopes);
  }

  Key scopedTo(List<String> newScopes) {
    return with(name, newScopes);
  }

  private Key with(String newName, List<String> newScopes) {
    return new Key(
        id,
        newName,
        environment,
        newScopes,
        createdBy,
        createdAt,
        expiresAt,
        ended,
        endedAt,
        secrets,
        suspension,
        warned);
  }

  private Key with(List<Secret> newSecrets, @Nullable Suspension newSuspension) {
    return with(newSecrets, newSuspension, warned);
  }

  Key warnedOf(Warned last) {
    return with(secrets, suspension, last);
  }

  private Key with(
      List<Secret> newSecrets, @Nullable Suspension newSuspension, @Nullable Warned newWarned) {
    return new Key(
        id,
        name,
        environment,
        scopes,
        createdBy,
        createdAt,
        expiresAt,
        ended,
        endedAt,
        newSecrets,
        newSuspension,
        newWarned);
  }
}
