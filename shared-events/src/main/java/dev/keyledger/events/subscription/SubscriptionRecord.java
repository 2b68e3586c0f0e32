package dev.keyledger.events.subscription;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What delivery needs to know of one subscription: its whole state after the event at {@code
 * position}. Keyed by the subscription on a compacted topic, so the highest position is all there
 * is to know of it; one that was removed keeps its record.
 *
 * @param createdPosition of the event that made it: it is told of what lies behind
 * @param name its organisation's word for it
 * @param events patterns, see {@link EventPattern}
 * @param secrets the newest last: what is sent is signed by each that is still valid. None once
 *     removed
 */
public record SubscriptionRecord(
    OrganizationId organization,
    long position,
    SubscriptionId subscription,
    long createdPosition,
    SubscriptionKind kind,
    String name,
    String url,
    List<String> events,
    SignatureScheme signature,
    State state,
    List<Secret> secrets) {
  public SubscriptionRecord {
    events = List.copyOf(events);
    secrets = List.copyOf(secrets);
  }

  /** Whether it is told of anything. */
  public enum State {
    ACTIVE,
    PAUSED,
    REMOVED
  }

  /**
   * @param id counted from 1 in each subscription
   * @param sealed what the subscriber's secret, or the private key, is sealed in: see the server
   *     keys
   * @param publicKey {@code whpk_} and base64 of 32 bytes; {@code null} where both sides know the
   *     secret
   * @param validUntil first instant at which nothing is signed by it any more; {@code null} while
   *     nothing ends it
   */
  public record Secret(
      int id,
      String sealed,
      @Nullable String publicKey,
      Instant createdAt,
      @Nullable Instant validUntil) {
    /** Whether what is sent at that time is signed by it. */
    public boolean isValidAt(Instant at) {
      return validUntil == null || at.isBefore(validUntil);
    }
  }
}
