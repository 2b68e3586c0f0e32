package dev.keyledger.delivery.sending;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.Ticker;
import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.delivery.events.MessageBody;
import dev.keyledger.delivery.subscription.MessageId;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import tools.jackson.databind.node.ObjectNode;

/** Messages that tell of nothing, for who sets a receiver up. */
@Component
public final class TestMessages {
  private static final int MOST = 10;
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final String TYPE = "dev.keyledger.webhook.test";

  /**
   * What came of one.
   *
   * @param status that the receiver answered; {@code null} where it didn't
   * @param error why it didn't, by its code; {@code null} where it did
   * @param headers names of those that it was signed with
   */
  public record Sent(
      String id,
      Instant at,
      boolean delivered,
      @Nullable Integer status,
      @Nullable String error,
      long durationMs,
      List<String> headers) {}

  private final CourierTable table;
  private final SignedPost post;
  private final Clock clock;
  private final Cache<SubscriptionKey, AtomicInteger> sent;
  private final Set<OrganizationId> underWay = ConcurrentHashMap.newKeySet();

  TestMessages(CourierTable table, SignedPost post, Clock clock) {
    this.table = table;
    this.post = post;
    this.clock = clock;
    this.sent =
        Caffeine.newBuilder()
            .maximumSize(100_000)
            .expireAfterWrite(WITHIN)
            .ticker(Ticker.systemTicker())
            .build();
  }

  /**
   * Sends one and waits for what comes of it, 15 seconds at most.
   *
   * @throws dev.keyledger.kit.web.ProblemException 429 {@code too_many_tests} beyond ten a minute,
   *     or while another of the organisation is under way; 503 {@code not_caught_up} while its
   *     secrets aren't known here yet
   */
  public Sent send(SubscriptionKey key) {
    if (!underWay.add(key.organization())) {
      throw tooMany(Duration.ofSeconds(1));
    }
    try {
      if (sent.get(key, unused -> new AtomicInteger()).incrementAndGet() > MOST) {
        throw tooMany(WITHIN);
      }
      return sendAlone(key);
    } finally {
      underWay.remove(key.organization());
    }
  }

  private static ProblemException tooMany(Duration retryAfter) {
    return Problem.of(429, "too_many_tests", "Ten test messages a minute are sent, one at a time.")
        .withHeader("Retry-After", String.valueOf(retryAfter.toSeconds()))
        .toException();
  }

  private Sent sendAlone(SubscriptionKey key) {
    Receiver to =
        table
            .receiverOfTests(key)
            .filter(one -> !one.secrets().isEmpty())
            .orElseThrow(() ->
                Problem.of(503, "not_caught_up", "The subscription isn't known whole yet.")
                    .withHeader("Retry-After", "1")
                    .toException());
    if (to.state().streams() || to.state().collects()) {
      throw Problem.of(409, "other_kind", "Subscriptions of that kind have no such thing.")
          .toException();
    }
    Instant at = clock.instant();
    String id = MessageId.PREFIX + "test_" + UuidCreator.getTimeOrderedEpoch();
    byte[] body = body(key, id, at);
    long began = System.nanoTime();
    Map<String, String> headers = post.headers(to, id, at, body);
    Answer answer = post.send(to, headers, body, MessageBody.CONTENT_TYPE);
    long took = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - began);
    return new Sent(
        id,
        at,
        answer.isDelivered(),
        answer instanceof Answer.Status one ? one.status() : null,
        answer instanceof Answer.None none ? none.failure().code() : null,
        took,
        List.copyOf(headers.keySet()));
  }

  private static byte[] body(SubscriptionKey key, String id, Instant at) {
    ObjectNode body = EventCodec.mapper().createObjectNode();
    body.put("specversion", "1.0");
    body.put("id", id);
    body.put("source", "/keyledger/delivery-service");
    body.put("type", TYPE);
    body.put("subject", key.subscription().value());
    body.put("time", at.toString());
    body.put("datacontenttype", "application/json");
    body.put("organization", key.organization().value());
    body.putObject("data").put("subscription", key.subscription().value());
    return body.toString().getBytes(StandardCharsets.UTF_8);
  }
}
