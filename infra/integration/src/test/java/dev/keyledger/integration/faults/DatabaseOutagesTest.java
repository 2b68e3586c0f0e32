package dev.keyledger.integration.faults;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.keyledger.testing.Cluster;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A PostgreSQL that is there and takes nothing: an outage, not an error, and over when it is. */
@Tag("faults")
class DatabaseOutagesTest {
  private final Cluster cluster = FaultCluster.get();
  private final DatabaseOutages outages = new DatabaseOutages(cluster);

  @Test
  void nothingIsHalfAppliedWhileItsDiskIsFull() throws Exception {
    assumeTrue(outages.smallDisk().isPresent(), DatabaseOutages.NO_SMALL_DISK);
    new UnderLoad(cluster).strike(round -> outages.fillDisk());
  }

  @Test
  void nothingIsHalfAppliedWhileNoConnectionIsToBeHad() throws Exception {
    new UnderLoad(cluster).strike(round -> outages.drainConnections());
  }
}
