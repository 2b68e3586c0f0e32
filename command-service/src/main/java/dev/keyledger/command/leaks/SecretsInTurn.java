package dev.keyledger.command.leaks;

import dev.keyledger.command.people.KeysOfSecrets;
import dev.keyledger.events.Origin;
import dev.keyledger.kit.web.bounds.FairShare;
import dev.keyledger.kit.web.bounds.Network;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Secrets that wait, in bounded room, in turn by who reported them: whoever reports much, or what
 * can't be told of now, holds up nobody else. A neighbourhood is 256 addresses of IPv4 or the 48
 * bits of an IPv6 site, since a site has networks without end.
 */
final class SecretsInTurn {
  /** In one replica. One neighbourhood has half of them at most. */
  static final int MOST = 20_000;

  private static final int BITS_OF_IPV4 = 24;
  private static final int BITS_OF_IPV6 = 48;

  /**
   * @param tries that came to nothing
   * @param notBefore as {@link System#nanoTime}; of no meaning before the first try
   */
  record Waiting(Network network, FoundSecret secret, Origin origin, int tries, long notBefore) {}

  private final FairShare<Network> room;
  private final Map<Network, Deque<Waiting>> byNetwork = new LinkedHashMap<>();

  SecretsInTurn(int most) {
    this.room = new FairShare<>(most);
  }

  synchronized boolean put(String address, List<FoundSecret> found, Origin origin) {
    Network network =
        Objects.requireNonNullElseGet(
            Network.around(address, BITS_OF_IPV4, BITS_OF_IPV6), () -> new Network(address));
    if (found.isEmpty()) {
      return true;
    }
    if (!room.tryTake(network, found.size())) {
      return false;
    }
    found.forEach(secret -> add(new Waiting(network, secret, origin, 0, 0)));
    return true;
  }

  private void add(Waiting one) {
    byNetwork.computeIfAbsent(one.network(), network -> new ArrayDeque<>()).add(one);
  }

  /** As many as may be asked about at once, one of each neighbourhood after the other. */
  synchronized List<Waiting> take(long now) {
    var taken = new ArrayList<Waiting>();
    boolean more = true;
    while (more && taken.size() < KeysOfSecrets.AT_ONCE) {
      more = false;
      for (Deque<Waiting> one : byNetwork.values()) {
        Waiting next = one.peek();
        boolean due = next != null && (next.tries() == 0 || now - next.notBefore() >= 0);
        if (due && taken.size() < KeysOfSecrets.AT_ONCE) {
          taken.add(one.remove());
          more = true;
        }
      }
    }
    byNetwork.values().removeIf(Deque::isEmpty);
    return taken;
  }

  /** Behind the others of its neighbourhood, and not before that time. */
  synchronized void again(Waiting one, long notBefore) {
    add(new Waiting(one.network(), one.secret(), one.origin(), one.tries() + 1, notBefore));
  }

  synchronized void done(Waiting one) {
    room.giveBack(one.network(), 1);
  }

  /** Those under way among them. */
  long size() {
    return room.taken();
  }

  boolean isEmpty() {
    return size() == 0;
  }
}
