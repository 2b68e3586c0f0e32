package dev.keyledger.delivery.ssf;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.client.Caller;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.events.id.SessionId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.RequestTrace;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;

/**
 * Has the ledger decide what a receiver asks for, and waits until what it decided is known here.
 */
@Component
final class StreamLedger {
  private static final int MOST = 30;
  private static final Duration WITHIN = Duration.ofMinutes(1);
  private static final long LONGEST_PAUSE_MILLIS = 320;
  private static final Duration KNOWN_WITHIN = Duration.ofSeconds(3);
  private static final String PATH = "/internal/v1/streams/";

  record Asking(
      @Nullable KeyId key,
      @Nullable PersonId person,
      @Nullable MemberId member,
      @Nullable SessionId session,
      @Nullable String address,
      @Nullable String requestId) {
    static Asking of(Caller caller, RequestTrace trace) {
      String address = caller.address().isEmpty() ? null : caller.address();
      return caller.kind() == Caller.Kind.API_KEY
          ? new Asking(caller.key(), null, null, null, null, trace.requestId())
          : new Asking(
              null, caller.person(), caller.member(), caller.session(), address, trace.requestId());
    }
  }

  /**
   * What is {@code null} stays, or of a new one is nothing.
   *
   * @param shown the receiver's authorization header: a secret
   */
  record Wanted(
      OrganizationId organization,
      SubscriptionId stream,
      Asking by,
      @Nullable String name,
      @Nullable String url,
      @Nullable List<String> events,
      @Nullable String shown) {
    @Override
    public String toString() {
      return "[stream]";
    }
  }

  record WantedStatus(
      OrganizationId organization,
      SubscriptionId stream,
      Asking by,
      String status,
      @Nullable String reason) {}

  record Unwanted(OrganizationId organization, SubscriptionId stream, Asking by) {}

  /**
   * @param position of the organisation after it
   */
  record Done(long position, Instant at) {}

  private final TokenServiceClient ledger;
  private final JdbcTemplate jdbc;
  private final Cache<String, AtomicInteger> asked =
      Caffeine.newBuilder().maximumSize(100_000).expireAfterWrite(WITHIN).build();

  StreamLedger(
      @Value("${keyledger.command-service.url}") URI url,
      InternalTokens tokens,
      JdbcTemplate jdbc) {
    this.jdbc = jdbc;
    this.ledger =
        new TokenServiceClient(
            "command-service", url, () -> tokens.make(ServicePair.DELIVERY_TO_COMMAND));
  }

  Done create(Wanted wanted) {
    return ask("create", wanted.by(), wanted);
  }

  Done change(Wanted wanted) {
    return ask("change", wanted.by(), wanted);
  }

  Done set(WantedStatus wanted) {
    return ask("status", wanted.by(), wanted);
  }

  Done remove(Unwanted unwanted) {
    return ask("remove", unwanted.by(), unwanted);
  }

  /**
   * @throws ProblemException as the ledger refuses; 429 {@code too_many_changes} beyond thirty a
   *     minute; 503 {@code unavailable} where it isn't known what came of it
   */
  private Done ask(String what, Asking by, Record question) {
    String who = by.key() != null ? by.key().value() : String.valueOf(by.member());
    if (asked.get(who, unused -> new AtomicInteger()).incrementAndGet() > MOST) {
      throw Problem.of(429, "too_many_changes", "Thirty changes of streams a minute are made.")
          .withHeader("Retry-After", String.valueOf(WITHIN.toSeconds()))
          .toException();
    }
    try {
      return ledger.post(PATH + what, question, Done.class);
    } catch (UnansweredException e) {
      throw e.status() / 100 == 4 ? refusal(e) : unavailable();
    }
  }

  private static ProblemException refusal(UnansweredException e) {
    try {
      JsonNode problem = EventCodec.mapper().readTree(e.refusal());
      String code = problem.path("code").asString("");
      if (e.status() == 401 || code.isEmpty() || code.equals("not_found")) {
        return unavailable();
      }
      String detail = problem.path("detail").asString("");
      String field = problem.path("field").asString("");
      return field.isEmpty()
          ? Problem.of(e.status(), code, detail).toException()
          : Problem.ofField(field, detail).toException();
    } catch (JacksonException unreadable) {
      return unavailable();
    }
  }

  private static ProblemException unavailable() {
    return Problem.of(503, "unavailable", "The ledger can't be asked just now.")
        .withHeader("Retry-After", "1")
        .toException();
  }

  /** Whether what was decided is known here by now; it is waited for a moment. */
  boolean isKnown(OrganizationId organization, Done done) {
    long until = System.nanoTime() + KNOWN_WITHIN.toNanos();
    // Twice as long each time: the replica that reads it may be another, and many may wait.
    for (long pause = 10; ; pause = Math.min(2 * pause, LONGEST_PAUSE_MILLIS)) {
      Long reached =
          jdbc
              .queryForList(
                  "select position from progress where organization = ?",
                  Long.class,
                  organization.uuid())
              .stream()
              .findFirst()
              .orElse(-1L);
      if (reached >= done.position()) {
        return true;
      }
      if (System.nanoTime() >= until) {
        return false;
      }
      try {
        Thread.sleep(pause);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      }
    }
  }
}
