package dev.keyledger.integration.faults;

import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;

/**
 * The cluster that all faults strike, one after another: with two replicas of what decides and of
 * what enforces, lines between all that talk to each other, and a disk that is quickly full. It is
 * whole again after each. Embedded servers: containers are the engine's to kill.
 */
final class FaultCluster {
  private static final int DISK_MEGABYTES = 256;

  private static final class Holder {
    static final Cluster CLUSTER = start();

    private static Cluster start() {
      Cluster cluster =
          Cluster.start(
              Layout.single()
                  .with(Service.COMMAND, 2)
                  .with(Service.TOKEN, 2)
                  .with(Service.DELIVERY, 2)
                  .with(Service.DOWNSTREAM, 0)
                  .withLines()
                  .withSmallDisk(DISK_MEGABYTES));
      Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "end of cluster"));
      return cluster;
    }
  }

  private FaultCluster() {}

  static Cluster get() {
    return Holder.CLUSTER;
  }
}
