package dev.keyledger.integration.faults;

import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.CuttableLine;
import dev.keyledger.testing.Peer;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** A cable that is pulled between two processes, and put back. */
final class NetworkCuts {
  /** Longer than any question between services may take, and than verifiers may be stale. */
  private static final Duration AWHILE = Duration.ofSeconds(5);

  private final Cluster cluster;

  /** Whose connections to whom are cut. */
  record Pair(Service from, Peer to) {
    @Override
    public String toString() {
      return from + " from " + to;
    }
  }

  NetworkCuts(Cluster cluster) {
    this.cluster = cluster;
  }

  /** All that talk to each other. */
  static List<Pair> pairs() {
    return Stream.of(Service.values())
        .flatMap(from -> Peer.of(from).stream().map(to -> new Pair(from, to)))
        .toList();
  }

  /**
   * @param replica counted on from the first beyond the last
   */
  void strike(Pair pair, int replica) {
    int count = cluster.replicas(pair.from()).size();
    CuttableLine line = cluster.line(pair.from(), replica % count, pair.to());
    line.cut();
    try {
      UnderLoad.passes(AWHILE);
    } finally {
      line.mend();
    }
    cluster.awaitReady();
  }
}
