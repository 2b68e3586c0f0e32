package dev.keyledger.token.enforcement.status;

import com.github.benmanes.caffeine.cache.AsyncCache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.kit.decide.TokenDecision;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.token.enforcement.access.AccessSettings;
import dev.keyledger.token.enforcement.access.ReplicaFreshness;
import dev.keyledger.token.enforcement.tokens.AccessTokens;
import jakarta.annotation.PreDestroy;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.springframework.stereotype.Component;

/**
 * Lists as they are at this moment: of each token in one the very decision that is made where it is
 * presented, so that nothing that ends tokens can be forgotten here. Made by two threads and kept
 * for a second, however many ask.
 */
@Component
final class StatusLists {
  static final String TYPE = "statuslist+jwt";

  private static final Duration KEPT = Duration.ofSeconds(1);
  private static final int MOST_KEPT = 1_000;
  private static final int AT_ONCE = 2;

  /** Who waits holds a thread of the server's; one network gets half of them. */
  private static final int MOST_WAITING = 16;

  private static final Duration LONGEST_WAIT = Duration.ofSeconds(2);

  private static final Problem NOT_FRESH = Problem.of(AccessRefusedException.notFresh());
  private static final Problem BUSY =
      Problem.of(503, "busy", "Too many status lists are being asked for. Try again.")
          .withHeader("Retry-After", "1");

  private final StatusTable table;
  private final TokenDecision decision;
  private final AccessTokens tokens;
  private final ReplicaFreshness freshness;
  private final Clock clock;
  private final StatusSettings settings;
  private final Duration margin;

  private final ThreadPoolExecutor makers =
      new ThreadPoolExecutor(
          AT_ONCE,
          AT_ONCE,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("status-list-", 0).daemon().factory());

  private final FairShare<Network> waiting = new FairShare<>(MOST_WAITING);

  private final AsyncCache<UUID, Optional<String>> made =
      Caffeine.newBuilder().expireAfterWrite(KEPT).maximumSize(MOST_KEPT).buildAsync();

  StatusLists(
      StatusTable table,
      TokenDecision decision,
      AccessTokens tokens,
      ReplicaFreshness freshness,
      Clock clock,
      StatusSettings settings,
      AccessSettings access) {
    this.table = table;
    this.decision = decision;
    this.tokens = tokens;
    this.freshness = freshness;
    this.clock = clock;
    this.settings = settings;
    this.margin = access.access().margin();
  }

  @PreDestroy
  void close() {
    makers.shutdownNow();
  }

  /**
   * @param network that asks
   * @return empty where no token of it is alive
   * @throws dev.keyledger.kit.web.ProblemException 503 while it can't be told
   */
  Optional<String> find(UUID list, Network network) {
    requireFresh();
    CompletableFuture<Optional<String>> known = made.getIfPresent(list);
    if (known != null && known.isDone() && !known.isCompletedExceptionally()) {
      return known.join();
    }
    if (!waiting.tryTake(network, 1)) {
      throw BUSY.toException();
    }
    try {
      return awaited(list);
    } finally {
      waiting.giveBack(network, 1);
    }
  }

  private Optional<String> awaited(UUID list) {
    try {
      CompletableFuture<Optional<String>> making =
          made.get(list, (id, any) -> CompletableFuture.supplyAsync(() -> make(id), makers));
      Optional<String> found = making.get(LONGEST_WAIT.toMillis(), TimeUnit.MILLISECONDS);
      if (found.isEmpty()) {
        // There may be one in a moment, with a token that is being issued.
        made.asMap().remove(list, making);
      }
      return found;
    } catch (TimeoutException | RejectedExecutionException e) {
      throw BUSY.toException();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw BUSY.toException();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException known ? known : new IllegalStateException(e);
    }
  }

  /** Requests that wait for a list. */
  long waiting() {
    return waiting.taken();
  }

  private void requireFresh() {
    if (!freshness.isFresh()) {
      throw NOT_FRESH.toException();
    }
  }

  private Optional<String> make(UUID list) {
    requireFresh();
    // The time first: what is looked at after it may only know more.
    Instant at = clock.instant();
    var bits = new StatusBits(StatusPlaces.SIZE);
    var alive = new AtomicBoolean();
    table.forEach(
        list,
        at.minus(margin),
        token -> {
          if (token.claims().expiresAt().isAfter(at)) {
            alive.set(true);
          }
          if (!decision.holdsAsIssued(token.claims(), at.toEpochMilli())) {
            bits.setInvalid(token.index());
          }
        });
    return alive.get() ? Optional.of(signed(list, at, bits)) : Optional.empty();
  }

  private String signed(UUID list, Instant at, StatusBits bits) {
    return tokens.sign(
        TYPE,
        Map.of(
            "iss",
            tokens.issuer(),
            "sub",
            tokens.statusListUri(list),
            "iat",
            at.getEpochSecond(),
            "exp",
            at.plus(settings.validity()).getEpochSecond(),
            "ttl",
            settings.ttl().toSeconds(),
            "status_list",
            Map.of("bits", 1, "lst", bits.compressed())));
  }
}
