package dev.keyledger.command.relay;

import dev.keyledger.command.ledger.EventMetadata;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.id.EventId;
import dev.keyledger.events.id.OrganizationId;

/** An event as the ledger's table keeps it: what can't be read still says whose it is. */
final class StoredEvent {
  private final long index;
  private final String organization;
  private final long position;
  private final String id;
  private final String type;
  private final byte[] payload;
  private final byte[] metadata;

  StoredEvent(
      long index,
      String organization,
      long position,
      String id,
      String type,
      byte[] payload,
      byte[] metadata) {
    this.index = index;
    this.organization = organization;
    this.position = position;
    this.id = id;
    this.type = type;
    this.payload = payload;
    this.metadata = metadata;
  }

  /** The place in the table: handed out before commit, unlike the position no order to rely on. */
  long index() {
    return index;
  }

  String organization() {
    return organization;
  }

  long position() {
    return position;
  }

  String id() {
    return id;
  }

  /**
   * @throws UnpublishableException for one that this release cannot read
   */
  LedgerEvent read() {
    try {
      var decoded = EventCodec.decode(metadata, EventMetadata.class);
      return new LedgerEvent(
          new OrganizationId(organization),
          position,
          new EventId(id),
          decoded.actor(),
          decoded.origin(),
          asCommitted());
    } catch (UnpublishableException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UnpublishableException("event " + id + " cannot be read", e);
    }
  }

  // A verifier that was exchanged in the table must never come to be enforced.
  private OrganizationEvent asCommitted() {
    OrganizationEvent event = EventCodec.decodePayload(type, payload);
    if (!event.fitsItsCommitment()) {
      throw new UnpublishableException(
          "event " + id + " has another verifier than the one that it commits to");
    }
    return event;
  }

  /**
   * What happened, without who did it.
   *
   * @throws UnpublishableException as {@link #read} does
   */
  OrganizationEvent event() {
    try {
      return asCommitted();
    } catch (UnpublishableException e) {
      throw e;
    } catch (RuntimeException e) {
      throw new UnpublishableException("event " + id + " cannot be read", e);
    }
  }
}
