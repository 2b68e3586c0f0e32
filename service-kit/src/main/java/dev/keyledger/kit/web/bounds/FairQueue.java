package dev.keyledger.kit.web.bounds;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * Work that waits for threads of which there are few. Networks share the room by {@link FairShare}
 * and take turns, however much one of them sends: what a network sends waits behind its own.
 *
 * @param <T> what waits
 */
public final class FairQueue<T> {
  private final FairShare<Network> room;

  /** In the order of their turns. None is empty. */
  private final Map<Network, Deque<T>> waiting = new LinkedHashMap<>();

  /**
   * @param room how many may wait, at least 2
   */
  public FairQueue(int room) {
    this.room = new FairShare<>(room);
  }

  /** Whether it has a place now; otherwise its network has had its share of them. */
  public synchronized boolean offer(Network network, T work) {
    if (!room.tryTake(network, 1)) {
      return false;
    }
    waiting.computeIfAbsent(network, first -> new ArrayDeque<>()).addLast(work);
    notifyAll();
    return true;
  }

  /** Waits until there is some, and takes the oldest of the network whose turn it is. */
  public synchronized T take() throws InterruptedException {
    while (waiting.isEmpty()) {
      wait();
    }
    Iterator<Map.Entry<Network, Deque<T>>> turns = waiting.entrySet().iterator();
    Map.Entry<Network, Deque<T>> turn = turns.next();
    turns.remove();
    Network network = turn.getKey();
    Deque<T> own = turn.getValue();
    T work = own.removeFirst();
    if (!own.isEmpty()) {
      waiting.put(network, own);
    }
    room.giveBack(network, 1);
    return work;
  }
}
