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
   * @param validUntil first instant at which it no longer works; {@code null} while nothing ends it
   * @param ended whether its end is recorded by an event
   * @param leaked whether an event says that it was found where others can read it
   */
  public record Secret(
      String prefix,
      String verifier,
      Instant createdAt,
      @Nullable Instant validUntil,
      boolean ended,
      boolean leaked) {

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
      return new Secret(prefix, verifier, createdAt, end, false, leaked);
    }

    Secret endedAt(Instant end) {
      return new Secret(prefix, verifier, createdAt, end, true, leaked);
    }

    Secret foundByOthers() {
      return new Secret(prefix, verifier, createdAt, validUntil, ended, true);
    }

    boolean isLiveAt(Instant at) {
      return !ended && (validUntil == null || at.isBefore(validUntil));
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

  /** When it may be said next that its end comes near; empty where there is nothing to say. */
  public Optional<Instant> nextWarningAfter(Instant at) {
    return expiresAt == null || !isLiveAt(at)
        ? Optional.empty()
        : NearEnds.nextAfter(at, createdAt, expiresAt);
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
    return ended == null && (expiresAt == null || at.isBefore(expiresAt));
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
    return Stream.of(secret.validUntil(), ended == null ? expiresAt : endedAt)
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
        : Optional.ofNullable(ended == End.REVOKED ? endedAt : expiresAt);
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
