package dev.keyledger.query.projection.apply;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Hash;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What came of decoding a record: an event, or the reason why its organisation has to stop. */
sealed interface DecodingResult {
  LedgerRecord source();

  UUID organization();

  /** {@code null} when the record doesn't even say that. */
  @Nullable Long position();

  /**
   * @param record the bytes that history keeps: never with a verifier
   * @param leaf of the organisation's log: a hash of what the record says, however it is spelled
   */
  record Decoded(
      LedgerRecord source, UUID organization, LedgerEvent event, byte[] record, Hash leaf)
      implements DecodingResult {
    @Override
    public Long position() {
      return event.position();
    }
  }

  record Undecodable(
      LedgerRecord source, UUID organization, @Nullable Long position, ParkReason reason)
      implements DecodingResult {}

  /**
   * Stands for the organisation of records whose key names none: they park no other organisation's.
   */
  UUID NO_ORGANIZATION = new UUID(0, 0);

  static DecodingResult of(LedgerRecord source) {
    OrganizationId organization;
    try {
      byte[] key = source.key() == null ? new byte[0] : source.key();
      organization = new OrganizationId(new String(key, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return new Undecodable(source, NO_ORGANIZATION, null, ParkReason.UNREADABLE);
    }
    return of(source, organization.uuid());
  }

  static DecodingResult of(LedgerRecord source, UUID organization) {
    byte[] value = source.value();
    if (value == null) {
      return new Undecodable(source, organization, source.statedPosition(), ParkReason.UNREADABLE);
    }
    try {
      LedgerEvent event = EventCodec.decodeEvent(value);
      if (!event.organization().uuid().equals(organization)) {
        return new Undecodable(
            source, organization, source.statedPosition(), ParkReason.UNREADABLE);
      }
      byte[] record = withoutVerifier(event, value);
      Hash leaf = Hash.ofLeaf(CanonicalJson.of(record));
      return new Decoded(source, organization, event, record, leaf);
    } catch (EventCodec.UnknownEventTypeException e) {
      return new Undecodable(
          source, organization, positionOf(source, value), ParkReason.UNKNOWN_TYPE);
    } catch (RuntimeException e) {
      // Whatever a decoder throws at bytes that it was not made for: they are unreadable, and their
      // sender is not to stop the partition.
      return new Undecodable(source, organization, source.statedPosition(), ParkReason.UNREADABLE);
    }
  }

  private static @Nullable Long positionOf(LedgerRecord source, byte[] value) {
    if (source.statedPosition() != null) {
      return source.statedPosition();
    }
    var position = EventCodec.mapper().readTree(value).path("position");
    return position.isIntegralNumber() ? Long.valueOf(position.longValue()) : null;
  }

  // The relay leaves verifiers out. A view that relied on it would be one mistake away from
  // keeping them.
  private static byte[] withoutVerifier(LedgerEvent event, byte[] value) {
    boolean has =
        switch (event.event()) {
          case KeyCreated e -> e.secret().verifier() != null;
          case KeyRotated e -> e.secret().verifier() != null;
          case SubscriptionCreated e -> e.secret().sealed() != null;
          case SubscriptionSecretRotated e -> e.secret().sealed() != null;
          default -> false;
        };
    return has ? EventCodec.encode(event.withoutVerifiers()) : value;
  }
}
