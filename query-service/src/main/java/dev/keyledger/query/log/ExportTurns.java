package dev.keyledger.query.log;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.Problem;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
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

  private static final int COLLECTED = 2;
  private static final long PATIENCE_MS = 1_000;

  private final Map<OrganizationId, Integer> running = new HashMap<>();
  private final Semaphore pages = new Semaphore(PAGES, true);

  /** Of their own: who asks for them doesn't wait as long as an export does, and asks again. */
  private final Semaphore collected = new Semaphore(COLLECTED, true);

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

  /**
   * A page for a collector.
   *
   * @throws dev.keyledger.kit.web.ProblemException 503 {@code busy} where it has no turn soon
   */
  <T> T collectedPage(Supplier<T> read) {
    boolean isTaken = false;
    try {
      isTaken = collected.tryAcquire(PATIENCE_MS, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    if (!isTaken) {
      throw Problem.of(503, "busy", "Others read pages for collectors just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
    try {
      return read.get();
    } finally {
      collected.release();
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
