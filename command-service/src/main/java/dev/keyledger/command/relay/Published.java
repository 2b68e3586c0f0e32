package dev.keyledger.command.relay;

import dev.keyledger.command.organization.OrganizationState;
import dev.keyledger.command.organization.Subscriptions;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.credential.SecretName;
import dev.keyledger.events.feed.Revocation;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.subscription.SubscriptionRecord;
import java.util.List;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.jspecify.annotations.Nullable;

/**
 * An organisation as far as it was published, folded from its events alone, so that every relay
 * says the same. Keys that have ended are forgotten: no event of theirs can follow.
 */
final class Published {
  private final OrganizationState state;

  /**
   * @param state of open keys, as of some position that was published
   */
  Published(OrganizationState state) {
    this.state = state;
  }

  /**
   * The records that the next event becomes.
   *
   * @throws UnpublishableException for one that cannot be read or folded; the state is not to be
   *     used any more then
   */
  List<ProducerRecord<String, byte[]>> records(StoredEvent next) {
    LedgerEvent event = next.read();
    try {
      List<ProducerRecord<String, byte[]>> records = RelayRecords.of(event, this);
      state.pack();
      return records;
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
    OrganizationEvent event = published.event();
    try {
      Runnable unused = state.apply(event, published.position());
      state.pack();
    } catch (RuntimeException e) {
      throw new UnpublishableException("event " + published.id() + " cannot be folded", e);
    }
  }

  /**
   * How an event that isn't applied yet leaves the subscription that it is about; {@code null} for
   * any other.
   */
  @Nullable SubscriptionRecord subscriptionAfter(LedgerEvent event) {
    return event.event() instanceof SubscriptionEvent e
        ? Subscriptions.record(
            event.organization(),
            event.position(),
            state.subscriptions().after(e, event.position()))
        : null;
  }

  /** What the event revokes, given all before it; {@code null} for nothing. */
  @Nullable Revocation apply(LedgerEvent event) {
    Long previous = state.newestRevocation();
    Runnable unused = state.apply(event.event(), event.position());
    return RevocationRule.of(event, state.standing().policy(), this::secretNamed, previous);
  }

  private String secretNamed(KeyId id, String shownPrefix) {
    return state
        .keys()
        .find(id)
        .flatMap(key -> key.secretShownAs(shownPrefix))
        .map(secret -> SecretName.of(secret.verifier()))
        .orElseThrow(() -> new IllegalStateException("no such secret of " + id));
  }

  OrganizationState state() {
    return state;
  }

  long position() {
    return state.position();
  }
}
