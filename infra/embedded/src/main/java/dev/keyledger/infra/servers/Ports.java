package dev.keyledger.infra.servers;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * TCP ports of the loopback interface, from a range that no system takes the near ends of outgoing
 * connections from (on Linux those begin at 32,768): between the choice of a port and its use a
 * connection would take it now and then. At random, so that several runs on one machine rarely
 * meet; and no port twice in one process, which may choose many before it uses any.
 */
public final class Ports {
  private static final int LOWEST = 15_000;
  private static final int HIGHEST = 31_999;
  private static final int ATTEMPTS = 1_000;
  private static final Set<Integer> CHOSEN = ConcurrentHashMap.newKeySet();

  private Ports() {}

  /** A port that no process listens on now. */
  public static int free() {
    return free(1).getFirst();
  }

  /** So many different ports that no process listens on now. */
  public static List<Integer> free(int count) {
    var found = new LinkedHashSet<Integer>();
    for (int attempt = 0; attempt < ATTEMPTS && found.size() < count; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(LOWEST, HIGHEST + 1);
      if (isFree(port) && CHOSEN.add(port)) {
        found.add(port);
      }
    }
    if (found.size() < count) {
      throw new IllegalStateException("no free port from " + LOWEST + " to " + HIGHEST);
    }
    return List.copyOf(found);
  }

  /** Whether a server could listen here, on the loopback interface and on all others. */
  public static boolean isFree(int port) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(port));
      return true;
    } catch (IOException taken) {
      return false;
    }
  }
}
