package dev.keyledger.delivery.events;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.EventTypes;
import dev.keyledger.events.KeyEvent;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.id.OrganizationId;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** An event and its record, as it was published: what is personal in it is sealed. */
public final class PublishedEvent {
  private static final int OF_AN_OBJECT = 1024;
  private static final int TIMES_AS_OBJECTS = 3;

  private final LedgerEvent event;
  private final String type;
  private final byte[] record;

  private PublishedEvent(LedgerEvent event, byte[] record) {
    this.event = event;
    this.type = EventTypes.nameOf(event.event());
    this.record = record;
  }

  /** Empty for what this release can't read, and for what is another event than it should be. */
  static Optional<PublishedEvent> of(OrganizationId organization, long position, byte[] record) {
    try {
      LedgerEvent read = EventCodec.decodeEvent(record);
      // The relay leaves verifiers out. What relied on it would be one mistake away from telling.
      LedgerEvent bare = read.withoutVerifiers();
      byte[] told = bare.equals(read) ? record : EventCodec.encode(bare);
      return read.organization().equals(organization) && read.position() == position
          ? Optional.of(new PublishedEvent(bare, told))
          : Optional.empty();
    } catch (RuntimeException e) {
      // Whatever a decoder throws at bytes that it was not made for.
      return Optional.empty();
    }
  }

  public long position() {
    return event.position();
  }

  String type() {
    return type;
  }

  int bytes() {
    return record.length;
  }

  /** About how many bytes of memory it takes. */
  long size() {
    return (long) TIMES_AS_OBJECTS * record.length + OF_AN_OBJECT;
  }

  /**
   * As it is told: a CloudEvent, the same as is posted to subscriptions.
   *
   * @param previous the position of the one before among those that are told; {@code null} for none
   */
  public String json(@Nullable Long previous) {
    return new String(MessageBody.of(event, record, subject(), previous), StandardCharsets.UTF_8);
  }

  /** As the relay names it on {@code events.v1}. */
  private String subject() {
    return switch (event.event()) {
      case KeyEvent e -> e.key().value();
      case MemberEvent e -> e.member().value();
      case PersonEvent e -> event.organization().value();
      case StandingEvent e -> event.organization().value();
      case SubscriptionEvent e -> event.organization().value();
    };
  }
}
