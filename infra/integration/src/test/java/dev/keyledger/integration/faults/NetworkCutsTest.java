package dev.keyledger.integration.faults;

import dev.keyledger.integration.faults.NetworkCuts.Pair;
import dev.keyledger.testing.Cluster;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever two processes no longer hear of each other for a while: all agree afterwards. */
@Tag("faults")
class NetworkCutsTest {
  /** A replica's turn each. */
  private static final int ROUNDS = 2;

  private final Cluster cluster = FaultCluster.get();

  static List<Pair> pairs() {
    return NetworkCuts.pairs();
  }

  @ParameterizedTest
  @MethodSource("pairs")
  void nothingIsLostAndNothingEndedComesBackWhenTwoAreCutOff(Pair pair) throws Exception {
    var cuts = new NetworkCuts(cluster);
    new UnderLoad(cluster)
        .strike(round -> cuts.strike(pair, round), Math.min(ROUNDS, UnderLoad.ROUNDS));
  }
}
