package dev.keyledger.command.relay;

import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.feed.Revocation;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * An organisation as far as it was published: its state, and the position of its newest revocation,
 * both folded from its events alone, so that every relay says the same.
 */
final class Published {
  private final OrganizationState state = OrganizationState.empty();
  private @Nullable Long newestRevocation;

  /**
   * The records that the next event becomes.
   *
   * @throws UnpublishableException for one that cannot be read or folded; the state is not to be
   *     used any more then
   */
  List<ProducerRecord<String, byte[]>> records(StoredEvent next) {
    LedgerEvent event = next.read();
    try {
      return RelayRecords.of(event, this);
    } catch (RuntimeException e) {
      throw new UnpublishableException("event " + next.id() + " cannot be published", e);
    }
  }

  /**
   * Folds one that was published before.
   *
   * @throws UnpublishableException as {@link #records} does
   */
  void apply(StoredEvent published) {
    LedgerEvent event = published.read();
    try {
      apply(event);
    } catch (RuntimeException e) {
      throw new UnpublishableException("event " + published.id() + " cannot be folded", e);
    }
  }

  /** What the event revokes, given all before it; {@code null} for nothing. */
  @Nullable Revocation apply(LedgerEvent event) {
    state.apply(event.event(), event.position());
    Revocation revocation = RevocationRule.of(event, state.standing().policy(), newestRevocation);
    if (revocation != null) {
      newestRevocation = event.position();
    }
    return revocation;
  }

  OrganizationState state() {
    return state;
  }

  long position() {
    return state.position();
  }

  /** What it weighs in memory, in subjects. */
  int subjects() {
    return 1 + state.members().all().size() + state.keys().all().size();
  }
}
