package dev.keyledger.query.past;

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
import dev.keyledger.events.access.AccessRecord.SecretAccess;
import dev.keyledger.events.policy.KeyRules;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * The secrets of a key by which it may still be known: its last two, ended ones among them, as the
 * ledger's own state keeps them for enforcement. The views keep those that live.
 */
final class IssuedSecrets {
  /**
   * @param issuing the event that showed it to somebody
   * @param latest the last event that said something of its life: that one, the rotation that set
   *     its end, its being rolled back, or what ended it
   * @param endedAt {@code null} while no event has ended it
   */
  record Issued(
      String prefix,
      Instant createdAt,
      @Nullable Instant validUntil,
      @Nullable Instant endedAt,
      LedgerEvent issuing,
      LedgerEvent latest) {

    static Issued by(LedgerEvent event, IssuedSecret secret) {
      return new Issued(secret.prefix(), secret.createdAt(), null, null, event, event);
    }

    Issued until(@Nullable Instant end, LedgerEvent event) {
      return new Issued(prefix, createdAt, end, null, issuing, event);
    }

    Issued ended(Instant at, LedgerEvent event) {
      return new Issued(prefix, createdAt, validUntil, at, issuing, event);
    }

    /** By an event, by the time that one set, or for its age by the policy. */
    @Nullable Instant end(KeyRules rules) {
      return endedAt != null ? endedAt : PastState.earlier(validUntil, rules.tooOldAt(createdAt));
    }

    /** As the relay writes it; of a verifier nothing is known here. */
    SecretAccess access() {
      return new SecretAccess(prefix, "", createdAt, validUntil, endedAt);
    }
  }

  private IssuedSecrets() {}

  /** The newest last, or behind one that was rolled back the one that lives on. */
  static List<Issued> of(List<LedgerEvent> key) {
    List<Issued> secrets = List.of();
    for (LedgerEvent event : key) {
      secrets =
          switch ((KeyEvent) event.event()) {
            case KeyCreated e -> List.of(Issued.by(event, e.secret()));
            case KeyRotated e ->
                List.of(
                    secrets.getLast().until(e.previousValidUntil(), event),
                    Issued.by(event, e.secret()));
            case RotationCompleted e ->
                List.of(secrets.getFirst().ended(e.effectiveAt(), event), secrets.getLast());
            case RotationRolledBack e ->
                List.of(
                    secrets.getLast().ended(e.at(), event), secrets.getFirst().until(null, event));
            case KeyScopesNarrowed e -> secrets;
            case KeyRenamed e -> secrets;
            case KeyLeaked e -> secrets;
            case KeyEndingSoon e -> secrets;
            case KeySuspended e -> secrets;
            case KeyResumed e -> secrets;
            case KeyRevoked e -> secrets;
            case KeyExpired e -> secrets;
          };
    }
    return secrets;
  }
}
