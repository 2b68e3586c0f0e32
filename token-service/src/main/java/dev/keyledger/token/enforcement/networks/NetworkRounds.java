package dev.keyledger.token.enforcement.networks;

import dev.keyledger.kit.counts.Counted;
import dev.keyledger.token.enforcement.networks.KeyNetworks.Uses;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;

/**
 * Keeps from where keys were used, behind what is published and never in its way: on a thread of
 * its own, which a few rounds may wait for. What PostgreSQL doesn't take is lost, and counted as
 * that.
 */
@Component
public final class NetworkRounds implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NetworkRounds.class);

  private static final int MOST_WAITING = 2;
  private static final int SECONDS_AT_THE_END = 5;

  private final KeyNetworks networks;
  private final Clock clock;
  private final Counter lost;
  private LocalDate swept = LocalDate.MIN;
  private final ThreadPoolExecutor behind =
      new ThreadPoolExecutor(
          1,
          1,
          0,
          TimeUnit.SECONDS,
          new ArrayBlockingQueue<>(MOST_WAITING),
          Thread.ofPlatform().name("key-networks").daemon(true).factory());

  NetworkRounds(KeyNetworks networks, Clock clock, MeterRegistry registry) {
    this.networks = networks;
    this.clock = clock;
    this.lost = registry.counter("keyledger.counts.lost", "counts", "networks");
  }

  /** Returns at once. */
  public void accept(List<Counted<Used>> uses) {
    try {
      behind.execute(() -> keep(uses));
    } catch (RejectedExecutionException e) {
      lost.increment((double) uses.stream().mapToLong(Counted::count).sum());
      log.warn("From where keys were used isn't kept: the rounds before are under way still");
    }
  }

  void keep(List<Counted<Used>> uses) {
    List<List<Uses>> portions = KeyNetworks.portions(uses);
    for (int n = 0; n < portions.size(); n++) {
      List<Uses> portion = portions.get(n);
      // Where PostgreSQL doesn't take one, each behind it would wait as long.
      if (!isDone(() -> networks.keep(portion))) {
        lost.increment((double) usesOf(portions.subList(n, portions.size())));
        return;
      }
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (!today.equals(swept) && isDone(() -> networks.forget(today))) {
      swept = today;
    }
  }

  private static long usesOf(List<List<Uses>> portions) {
    return portions.stream().flatMap(List::stream).mapToLong(Uses::count).sum();
  }

  private static boolean isDone(Runnable work) {
    try {
      work.run();
      return true;
    } catch (DataAccessException | TransactionException e) {
      log.warn("From where keys were used can't be kept: {}", e.getClass().getSimpleName());
      log.debug("not kept", e);
      return false;
    }
  }

  /** What waits is still kept, for a few seconds. */
  @Override
  public void close() {
    behind.shutdown();
    try {
      if (!behind.awaitTermination(SECONDS_AT_THE_END, TimeUnit.SECONDS)) {
        log.warn("From where keys were used last isn't kept: PostgreSQL took too long");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    behind.shutdownNow();
  }
}
