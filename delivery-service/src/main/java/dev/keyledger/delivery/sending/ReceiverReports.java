package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.sending.ReportTable.Untold;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.receipts.ToldReceiver;
import java.net.URI;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
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

  /** A body has 64 KB at most there; what is about it and the last one are less than the rest. */
  private static final int MOST_BYTES = 48 * 1024;

  /** In one turn of an organisation: enough to find what isn't taken among the others. */
  private static final int TRIES = 16;

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

  /** The one whose turn was last; {@code null} where the first is next. Of the rounds alone. */
  private @Nullable OrganizationId behind;

  private boolean isRefused;

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
    } catch (RuntimeException | Error e) {
      woken.set(false);
      throw e;
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
      var refused = new HashSet<OrganizationId>();
      boolean more = true;
      while (more) {
        more = tellEach(refused);
      }
    } catch (UnansweredException | DataAccessException e) {
      rests = true;
      log.warn("receipts aren't told of receivers yet: {}", e.getClass().getSimpleName());
    } catch (RuntimeException | Error e) {
      rests = true;
      log.error("receipts can't be told of receivers", e);
    }
  }

  /**
   * Of each organisation as much as goes at once; returns whether any has more.
   *
   * @param refused those of which nothing was taken in this round: they wait for the next one
   */
  private boolean tellEach(Set<OrganizationId> refused) {
    boolean more = false;
    for (Optional<OrganizationId> next = table.next(behind);
        next.isPresent();
        next = table.next(behind)) {
      OrganizationId organization = next.get();
      // Where this one breaks off the round, the next one goes on behind it.
      behind = organization;
      if (refused.contains(organization)) {
        continue;
      }
      List<Untold> page = fitting(table.of(organization, PAGE));
      if (page.isEmpty()) {
        continue;
      }
      if (new Turn(organization).isTold(page)) {
        more = true;
      } else {
        refused.add(organization);
      }
    }
    behind = null;
    if (!refused.isEmpty() && !isRefused) {
      log.warn("receipts of {} organisations take nothing of receivers", refused.size());
    }
    isRefused = !refused.isEmpty();
    rests = isRefused;
    return more;
  }

  /** As many as go in one body: names are long where members make them so. */
  private static List<Untold> fitting(List<Untold> page) {
    int bytes = 0;
    int count = 0;
    while (count < page.size() && (count == 0 || bytes < MOST_BYTES)) {
      bytes += EventCodec.encode(told(page.get(count))).length;
      count++;
    }
    return page.subList(0, count);
  }

  private static Told told(Untold one) {
    return new Told(one.ended(), one.receiver());
  }

  /**
   * What isn't taken of one organisation holds up no other's, and one message none of the others.
   */
  private final class Turn {
    private final OrganizationId organization;
    private int tries = TRIES;

    Turn(OrganizationId organization) {
      this.organization = organization;
    }

    /**
     * Whether anything was settled.
     *
     * @throws UnansweredException when nobody answers at all
     */
    boolean isTold(List<Untold> page) {
      tries--;
      try {
        var unused =
            keeper.post(
                PATH,
                new Report(organization, page.stream().map(ReceiverReports::told).toList()),
                Answer.class);
      } catch (UnansweredException e) {
        if (e.status() == 0) {
          throw e;
        }
        if (!isOfWhatIsSaid(e.status())) {
          return false;
        }
        if (page.size() > 1) {
          int half = page.size() / 2;
          boolean first = tries > 0 && isTold(page.subList(0, half));
          boolean second = tries > 0 && isTold(page.subList(half, page.size()));
          return first || second;
        }
        // Of what comes of it next it is told anew.
        Untold one = page.getFirst();
        log.error(
            "the receipt of {} at {} takes nothing of {}: {}",
            organization,
            one.ended(),
            one.subscription(),
            e.status());
      }
      table.told(organization, page);
      return true;
    }
  }

  /** And not of who says it, when, or to a release that knows nothing of it. */
  private static boolean isOfWhatIsSaid(int status) {
    return status == 400 || status == 413 || status == 422;
  }

  @Override
  public void close() {
    rounds.shutdownNow();
  }
}
