package dev.keyledger.query.log;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/**
 * Keeps exports from taking what other reads need: an organisation has few at once, and all of them
 * together read few pages at once, whoever is in turn. While a client reads, it holds no page.
 */
@Component
public final class ExportTurns {
  private static final int OF_AN_ORGANIZATION = 2;

  /** A quarter of the connections to the database. */
  private static final int PAGES = 4;

  private final Map<OrganizationId, Integer> running = new HashMap<>();
  private final Semaphore pages = new Semaphore(PAGES, true);

  /** Ends with the export. */
  public interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 429 {@code too_many_exports}
   */
  public Turn take(OrganizationId organization) {
    synchronized (running) {
      int others = running.getOrDefault(organization, 0);
      if (others >= OF_AN_ORGANIZATION) {
        throw Problem.of(
                429, "too_many_exports", "Two exports of the organisation are under way already.")
            .withHeader("Retry-After", "10")
            .toException();
      }
      running.put(organization, others + 1);
    }
    return () -> give(organization);
  }

  private void give(OrganizationId organization) {
    synchronized (running) {
      running.computeIfPresent(organization, (id, count) -> count == 1 ? null : count - 1);
    }
  }

  <T> T page(Supplier<T> read) {
    pages.acquireUninterruptibly();
    try {
      return read.get();
    } finally {
      pages.release();
    }
  }
}
