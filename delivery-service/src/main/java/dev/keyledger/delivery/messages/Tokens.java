package dev.keyledger.delivery.messages;

import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.delivery.set.SecurityEvents;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.LeftOut;
import dev.keyledger.delivery.subscription.MessageTable;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.LedgerEvent;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/** Messages of streams: a token's claims, which are signed whenever it is handed out. */
@Component
final class Tokens {
  private final SecurityEvents events;
  private final LeftOut leftOut;

  Tokens(SecurityEvents events, LeftOut leftOut) {
    this.events = events;
    this.leftOut = leftOut;
  }

  Optional<SecurityEvent> of(LedgerEvent event) {
    return SecurityEvents.of(event);
  }

  Optional<SecurityEvent> ofStream(LedgerEvent event) {
    return SecurityEvents.ofStream(event);
  }

  /**
   * The next of that stream.
   *
   * @param ended position of the event by which a key ended that it tells of; {@code null} for none
   * @param leaves whether a stream leaves anybody out, as far as that was asked
   * @return empty where it happened so long ago that nothing of it is known any more, or to whom
   *     its receiver isn't told of
   */
  Optional<MessageTable.New> next(
      FoldedSubscription stream,
      SecurityEvent event,
      @Nullable Long ended,
      MessageMaker.Since since,
      Map<SubscriptionKey, Boolean> leaves) {
    Instant at = event.at();
    String subject = event.subject();
    boolean isLeftOut =
        subject != null
            && leaves.computeIfAbsent(stream.key(), leftOut::hasAny)
            && leftOut.has(stream.key(), subject);
    if (at.isBefore(since.known()) || isLeftOut) {
      return Optional.empty();
    }
    long number = stream.nextNumber();
    byte[] body =
        at.isBefore(since.replayable()) ? null : events.claims(event, stream.key().subscription());
    boolean isTooOld = body == null || at.isBefore(since.tried());
    return Optional.of(
        new MessageTable.New(
            stream.key(),
            number,
            stream.lastPosition(),
            event.type(),
            body,
            isTooOld,
            event.source(),
            isTooOld ? null : ended));
  }
}
