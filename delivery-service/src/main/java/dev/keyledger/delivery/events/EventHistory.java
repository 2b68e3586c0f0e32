package dev.keyledger.delivery.events;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.web.bounds.FairShare;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/**
 * All that ever happened, as query-service has it, in pages. A few are asked for at a time, of
 * which no organisation gets more than its share, and nobody waits long for a turn. While
 * query-service doesn't answer it is asked once in a while.
 */
@Component
final class EventHistory {
  private static final String PATH = "/internal/v1/events/behind";
  private static final int AT_ONCE = 16;
  private static final long PATIENCE = Duration.ofMillis(300).toNanos();
  private static final long LOOK = Duration.ofMillis(20).toNanos();
  private static final long REST = Duration.ofSeconds(1).toNanos();

  private record Behind(
      OrganizationId organization, long after, int limit, int bytes, List<String> patterns) {}

  record Item(long position, byte[] record) {}

  /**
   * @param offset of the organisation's partition: what of it lies before is in the history
   */
  record Mark(String topic, long offset) {}

  /**
   * @param previous the position of the last of these types at or before where the page begins
   * @param position the organisation's newest; -1 where there is none
   * @param more whether there are more of these
   * @param upTo {@code null} where the history may lack something
   */
  record HistoryPage(
      List<Item> items,
      @Nullable Long previous,
      long position,
      boolean more,
      @Nullable Mark upTo) {}

  private final TokenServiceClient history;
  private final FairShare<OrganizationId> turns = new FairShare<>(AT_ONCE);
  private volatile boolean failing;
  private volatile long restsUntil;

  EventHistory(@Value("${keyledger.query-service.url}") URI url, InternalTokens tokens) {
    this.history =
        new TokenServiceClient(
            "query-service", url, () -> tokens.make(ServicePair.DELIVERY_TO_QUERY));
  }

  /**
   * @param limit events at most; with 0 it only tells how far it is
   * @param bytes of records at most, where it is more than one
   * @throws HistoryAwayException while it can't be told
   */
  HistoryPage behind(
      OrganizationId organization, long after, EventFilter filter, int limit, int bytes) {
    if (failing && System.nanoTime() - restsUntil < 0) {
      throw new HistoryAwayException("it didn't answer a moment ago");
    }
    takeTurn(organization);
    try {
      HistoryPage page =
          history.post(
              PATH,
              new Behind(organization, after, limit, bytes, filter.patterns()),
              HistoryPage.class);
      failing = false;
      return page;
    } catch (UnansweredException e) {
      restsUntil = System.nanoTime() + REST;
      failing = true;
      throw new HistoryAwayException(String.valueOf(e.getMessage()));
    } finally {
      turns.giveBack(organization, 1);
    }
  }

  private void takeTurn(OrganizationId organization) {
    long begin = System.nanoTime();
    while (!turns.tryTake(organization, 1)) {
      if (System.nanoTime() - begin >= PATIENCE) {
        throw new HistoryAwayException("too many ask for history");
      }
      LockSupport.parkNanos(LOOK);
    }
  }
}
