package dev.keyledger.command.leaks;

import dev.keyledger.events.Origin;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.kit.web.bounds.Network;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/**
 * Reports that wait to be kept, in bounded room, in turn by who reported them: whoever reports much
 * holds up nobody else.
 */
final class ReportsInTurn {
  /**
   * @param kept whether there was room for all of it; else none is
   */
  record Report(
      Network neighbourhood,
      List<FoundSecret> secrets,
      Origin origin,
      CompletableFuture<Boolean> kept) {}

  private final FairShare<Network> room;
  private final Map<Network, Deque<Report>> byNeighbourhood = new LinkedHashMap<>();

  /**
   * @param most secrets
   */
  ReportsInTurn(int most) {
    this.room = new FairShare<>(most);
  }

  /** Whether there was room for it. */
  synchronized boolean put(Report report) {
    if (!room.tryTake(report.neighbourhood(), report.secrets().size())) {
      return false;
    }
    byNeighbourhood.computeIfAbsent(report.neighbourhood(), n -> new ArrayDeque<>()).add(report);
    notifyAll();
    return true;
  }

  /** One of the neighbourhood whose turn it is; {@code null} where none came in that time. */
  synchronized @Nullable Report take(long patienceMillis) throws InterruptedException {
    if (byNeighbourhood.isEmpty()) {
      wait(patienceMillis);
    }
    Iterator<Deque<Report>> next = byNeighbourhood.values().iterator();
    if (!next.hasNext()) {
      return null;
    }
    Deque<Report> reports = next.next();
    next.remove();
    Report report = reports.remove();
    if (!reports.isEmpty()) {
      // Behind the others.
      byNeighbourhood.put(report.neighbourhood(), reports);
    }
    return report;
  }

  /** It is kept, or wasn't: its room is another's. */
  synchronized void done(Report report) {
    room.giveBack(report.neighbourhood(), report.secrets().size());
  }
}
