package dev.keyledger.integration.faults;

import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import java.time.Duration;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * One wall clock is no proof of anything: a process whose clock is off says so, and ends and
 * forgets nothing before its time.
 */
@Tag("faults")
class ClocksTest {
  private final Cluster cluster = FaultCluster.get();

  @ParameterizedTest
  @EnumSource(names = {"COMMAND", "QUERY", "TOKEN"})
  void nothingEndsBeforeItsTimeWhileOneClockIsOff(Service service) throws Exception {
    var clocks = new WrongClocks(cluster);
    new UnderLoad(cluster)
        .strike(
            round -> {
              int replica = round / WrongClocks.OFF.size() % cluster.replicas(service).size();
              Duration by = WrongClocks.OFF.get(round % WrongClocks.OFF.size());
              clocks.strike(service, replica, by);
            },
            Math.min(UnderLoad.ROUNDS, 2 * WrongClocks.OFF.size()));
  }
}
