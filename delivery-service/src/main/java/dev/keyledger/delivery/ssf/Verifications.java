package dev.keyledger.delivery.ssf;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.delivery.sending.Couriers;
import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.delivery.set.SecurityEvents;
import dev.keyledger.delivery.subscription.FoldedSubscription;
import dev.keyledger.delivery.subscription.MessageTable;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionTable;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Tokens by which a receiver sees that its stream works: SSF 1.0, section 8.1.4. */
@Component
final class Verifications {
  /** At most one of a stream in that time. */
  static final Duration INTERVAL = Duration.ofSeconds(60);

  private final SubscriptionTable subscriptions;
  private final MessageTable messages;
  private final SecurityEvents events;
  private final Couriers couriers;
  private final JdbcTemplate jdbc;
  private final TransactionTemplate transactions;
  private final Clock clock;

  Verifications(
      SubscriptionTable subscriptions,
      MessageTable messages,
      SecurityEvents events,
      Couriers couriers,
      JdbcTemplate jdbc,
      TransactionTemplate transactions,
      Clock clock) {
    this.subscriptions = subscriptions;
    this.messages = messages;
    this.events = events;
    this.couriers = couriers;
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @param state that comes back in it; {@code null} for none
   * @throws ProblemException 429 {@code too_many_verifications}; 409 {@code stream_disabled}
   */
  void ask(SubscriptionKey key, @Nullable String state) {
    Instant now = clock.instant();
    transactions.executeWithoutResult(status -> {
      FoldedSubscription stream = subscriptions.lock(key).orElseThrow(Receivers::notFound);
      if (!stream.takes()) {
        throw Problem.of(409, "stream_disabled", "The stream is disabled.").toException();
      }
      boolean isTime =
          jdbc.update(
                  "update subscription set verified_at = ? where organization = ? and subscription"
                      + " = ? and (verified_at is null or verified_at <= ?)",
                  now.atOffset(ZoneOffset.UTC),
                  key.organization().uuid(),
                  key.subscription().uuid(),
                  now.minus(INTERVAL).atOffset(ZoneOffset.UTC))
              > 0;
      if (!isTime) {
        throw Problem.of(429, "too_many_verifications", "One verification a minute is made.")
            .withHeader("Retry-After", String.valueOf(INTERVAL.toSeconds()))
            .toException();
      }
      long number = stream.nextNumber();
      Map<String, Object> payload = state == null ? Map.of() : Map.of("state", state);
      String source = "ver_" + UuidCreator.getTimeOrderedEpoch();
      var event = new SecurityEvent(SecurityEvent.VERIFICATION, null, source, payload, now);
      byte[] claims = events.claims(event, key.subscription());
      messages.add(
          List.of(
              new MessageTable.New(
                  key, number, stream.lastPosition(), event.type(), claims, false, source, null)),
          now);
      subscriptions.write(stream.told(number), now);
    });
    couriers.news(List.of(key));
  }
}
