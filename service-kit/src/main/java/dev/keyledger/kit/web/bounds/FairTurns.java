package dev.keyledger.kit.web.bounds;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Turns at something of which there are few, such as connections to a service. Networks and
 * credentials share them, and the room in which the others wait for theirs.
 */
public final class FairTurns {
  private final FairShare<Network> byNetwork;
  private final FairShare<String> byCredential;
  private final FairShare<Network> room;
  private final FairShare<String> roomByCredential;
  private final Duration patience;
  private final Scheduler scheduler;
  private final Set<Turn> waiting = new LinkedHashSet<>();

  /**
   * @param turns at once
   * @param room how many may wait
   * @param patience how long one waits
   */
  public FairTurns(int turns, int room, Duration patience, Scheduler scheduler) {
    this.byNetwork = new FairShare<>(turns);
    this.byCredential = new FairShare<>(turns);
    this.room = new FairShare<>(room);
    this.roomByCredential = new FairShare<>(room);
    this.patience = patience;
    this.scheduler = scheduler;
  }

  /** What is to be done, or said, when the turn has come or hasn't. Neither may block. */
  public interface Visitor {
    /**
     * @param turn which has to be ended
     */
    void onTurn(Turn turn);

    void onRefusal();
  }

  /** One turn, or the wait for it. */
  public final class Turn {
    private final Network network;
    private final @Nullable String credential;
    private final Visitor visitor;
    private Scheduler.@Nullable Task deadline;
    private boolean ended;

    private Turn(Network network, @Nullable String credential, Visitor visitor) {
      this.network = network;
      this.credential = credential;
      this.visitor = visitor;
    }

    /** Once or more often; gives the turn to the next. */
    public void end() {
      List<Turn> next;
      synchronized (waiting) {
        if (ended) {
          return;
        }
        ended = true;
        givesBack(byNetwork, byCredential);
        next = admitted();
      }
      next.forEach(turn -> turn.visitor.onTurn(turn));
    }

    private boolean begins() {
      return takes(byNetwork, byCredential);
    }

    private boolean waits() {
      return takes(room, roomByCredential);
    }

    private boolean takes(FairShare<Network> ofNetworks, FairShare<String> ofCredentials) {
      if (!wouldGet(network, credential, ofNetworks, ofCredentials)) {
        return false;
      }
      if (credential != null) {
        ofCredentials.tryTake(credential, 1);
      }
      return ofNetworks.tryTake(network, 1);
    }

    private void givesBack(FairShare<Network> ofNetworks, FairShare<String> ofCredentials) {
      ofNetworks.giveBack(network, 1);
      if (credential != null) {
        ofCredentials.giveBack(credential, 1);
      }
    }

    private void giveUp() {
      synchronized (waiting) {
        if (!waiting.remove(this)) {
          return;
        }
        givesBack(room, roomByCredential);
      }
      visitor.onRefusal();
    }
  }

  /**
   * @param credential as presented, or none
   */
  public void take(Network network, @Nullable String credential, Visitor visitor) {
    var turn = new Turn(network, credential, visitor);
    boolean begins;
    boolean waits = false;
    synchronized (waiting) {
      begins = turn.begins();
      if (!begins && turn.waits()) {
        waits = true;
        waiting.add(turn);
        turn.deadline = scheduler.schedule(turn::giveUp, patience.toNanos(), TimeUnit.NANOSECONDS);
      }
    }
    if (begins) {
      visitor.onTurn(turn);
    } else if (!waits) {
      visitor.onRefusal();
    }
  }

  /**
   * Whether it would be refused at once: for who hasn't yet made what a visitor needs, and needn't
   * then.
   *
   * @param credential as presented, or none
   */
  public boolean isFullFor(Network network, @Nullable String credential) {
    synchronized (waiting) {
      return !wouldGet(network, credential, byNetwork, byCredential)
          && !wouldGet(network, credential, room, roomByCredential);
    }
  }

  private static boolean wouldGet(
      Network network,
      @Nullable String credential,
      FairShare<Network> ofNetworks,
      FairShare<String> ofCredentials) {
    return ofNetworks.wouldGet(network, 1)
        && (credential == null || ofCredentials.wouldGet(credential, 1));
  }

  private List<Turn> admitted() {
    if (waiting.isEmpty()) {
      return List.of();
    }
    var admitted = new ArrayList<Turn>();
    for (Iterator<Turn> turns = waiting.iterator(); turns.hasNext(); ) {
      Turn turn = turns.next();
      if (turn.begins()) {
        turns.remove();
        turn.givesBack(room, roomByCredential);
        if (turn.deadline != null) {
          turn.deadline.cancel();
        }
        admitted.add(turn);
      }
    }
    return admitted;
  }
}
