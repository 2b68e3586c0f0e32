package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.sending.ReportTable.Untold;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.receipts.ToldReceiver;
import java.net.URI;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tells the keeper of receipts what came of telling receivers of keys' ends. Whoever dies when,
 * what it hasn't been told shows in the messages' own rows; told twice, it is the same.
 * Organisations take turns, so that none waits for another's many.
 */
@Component
public final class ReceiverReports implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ReceiverReports.class);
  private static final String PATH = "/internal/v1/receipts/receivers";
  private static final int PAGE = 100;

  /** What comes together is told together. */
  private static final Duration GATHERED_FOR = Duration.ofMillis(20);

  /**
   * @param position of the event by which a key ended
   */
  private record Told(long position, ToldReceiver receiver) {}

  private record Report(OrganizationId organization, List<Told> receivers) {}

  private record Answer() {}

  private final ReportTable table;
  private final TokenServiceClient keeper;
  private final ScheduledExecutorService rounds =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("receiver-reports").factory());
  private final AtomicBoolean woken = new AtomicBoolean();

  /** Since a round has failed: until the next one's time comes nothing wakes it. */
  private volatile boolean rests;

  private volatile boolean isRefused;

  ReceiverReports(
      ReportTable table,
      @Value("${keyledger.command-service.url}") URI url,
      InternalTokens tokens) {
    this.table = table;
    this.keeper =
        new TokenServiceClient(
            "command-service", url, () -> tokens.make(ServicePair.DELIVERY_TO_COMMAND));
  }

  /** Something may have come of some messages. */
  public void wake() {
    if (rests || !woken.compareAndSet(false, true)) {
      return;
    }
    try {
      var unused = rounds.schedule(this::round, GATHERED_FOR.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("this replica stops; others tell what came of messages");
    }
  }

  /** What a replica leaves behind that died, and what couldn't be told before. */
  @Scheduled(fixedDelayString = "PT2S")
  void lookAgain() {
    rests = false;
    wake();
  }

  private void round() {
    woken.set(false);
    try {
      boolean more = true;
      while (more) {
        more = tellEach();
      }
    } catch (UnansweredException | DataAccessException e) {
      rests = true;
      log.warn("receipts aren't told of receivers yet: {}", e.getClass().getSimpleName());
    } catch (RuntimeException | Error e) {
      rests = true;
      log.error("receipts can't be told of receivers", e);
    }
  }

  /** Of each organisation as much as goes at once; returns whether any has more. */
  private boolean tellEach() {
    boolean more = false;
    int refused = 0;
    for (Optional<OrganizationId> next = table.next(null);
        next.isPresent();
        next = table.next(next.get())) {
      OrganizationId organization = next.get();
      List<Untold> page = table.of(organization, PAGE);
      if (page.isEmpty()) {
        continue;
      }
      if (isTold(organization, page)) {
        table.told(organization, page);
        more |= page.size() == PAGE;
      } else {
        refused++;
      }
    }
    if (refused > 0 && !isRefused) {
      log.warn("receipts of {} organisations take nothing of receivers", refused);
    }
    isRefused = refused > 0;
    rests = refused > 0;
    return more;
  }

  /**
   * What isn't taken of one organisation holds up no other's.
   *
   * @throws UnansweredException when nobody answers at all
   */
  private boolean isTold(OrganizationId organization, List<Untold> page) {
    try {
      var unused =
          keeper.post(
              PATH,
              new Report(
                  organization,
                  page.stream().map(one -> new Told(one.ended(), one.receiver())).toList()),
              Answer.class);
      return true;
    } catch (UnansweredException e) {
      if (e.status() == 0) {
        throw e;
      }
      return false;
    }
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
