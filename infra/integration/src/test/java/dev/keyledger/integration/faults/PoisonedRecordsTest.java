package dev.keyledger.integration.faults;

import dev.keyledger.testing.Cluster;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** One bad record stops as little as can be, none silently, and nothing for ever. */
@Tag("faults")
class PoisonedRecordsTest {
  private final Cluster cluster = FaultCluster.get();

  static List<String> topics() {
    return PoisonedRecords.TOPICS;
  }

  @ParameterizedTest
  @MethodSource("topics")
  void oneStopsItsOrganisationAtMostUntilItIsMended(String topic) throws Exception {
    var records = new PoisonedRecords(cluster);
    new UnderLoad(cluster).strike(round -> records.strike(topic, round));
  }
}
