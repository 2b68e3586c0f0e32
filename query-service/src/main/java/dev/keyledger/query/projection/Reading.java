package dev.keyledger.query.projection;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** What came of reading a record: an event, or the reason why its organisation has to stop. */
sealed interface Reading {
  LedgerRecord source();

  UUID organization();

  /** {@code null} when the record doesn't even say that. */
  @Nullable Long position();

  /**
   * @param record the bytes that history keeps: never with a verifier
   */
  record Readable(LedgerRecord source, UUID organization, LedgerEvent event, byte[] record)
      implements Reading {
    @Override
    public Long position() {
      return event.position();
    }
  }

  record Refused(LedgerRecord source, UUID organization, @Nullable Long position, HaltReason reason)
      implements Reading {}

  enum HaltReason {
    /** The organisation's positions don't follow one another. */
    GAP,
    /** A later release wrote it. */
    UNKNOWN_TYPE,
    UNREADABLE,
    /** Readable, but not on this state: about a key that was never created, for example. */
    IMPOSSIBLE;

    String text() {
      return name().toLowerCase(Locale.ROOT);
    }

    static HaltReason of(String text) {
      return valueOf(text.toUpperCase(Locale.ROOT));
    }
  }

  /** Stands for the organisation of records whose key names none: they halt nobody else. */
  UUID NOBODY = new UUID(0, 0);

  static Reading of(LedgerRecord source) {
    OrganizationId organization;
    try {
      byte[] key = source.key() == null ? new byte[0] : source.key();
      organization = new OrganizationId(new String(key, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return new Refused(source, NOBODY, null, HaltReason.UNREADABLE);
    }
    return of(source, organization.uuid());
  }

  static Reading of(LedgerRecord source, UUID organization) {
    byte[] value = source.value();
    if (value == null) {
      return new Refused(source, organization, source.statedPosition(), HaltReason.UNREADABLE);
    }
    try {
      LedgerEvent event = EventCodec.decodeEvent(value);
      if (!event.organization().uuid().equals(organization)) {
        return new Refused(source, organization, source.statedPosition(), HaltReason.UNREADABLE);
      }
      return new Readable(source, organization, event, withoutVerifier(event, value));
    } catch (EventCodec.UnknownEventTypeException e) {
      return new Refused(source, organization, positionOf(source, value), HaltReason.UNKNOWN_TYPE);
    } catch (RuntimeException e) {
      // Whatever a decoder throws at bytes that it was not made for: they are unreadable, and who
      // sent them is not to stop the partition.
      return new Refused(source, organization, source.statedPosition(), HaltReason.UNREADABLE);
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
          default -> false;
        };
    return has ? EventCodec.encode(event.withoutVerifiers()) : value;
  }
}
