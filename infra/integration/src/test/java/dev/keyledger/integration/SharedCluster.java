package dev.keyledger.integration;

import dev.keyledger.infra.servers.Servers;
import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;

/**
 * The cluster that all tests of this module share, with two replicas of what decides and of what
 * enforces. No test kills anything in it; each makes organisations of its own.
 */
final class SharedCluster {
  private static final class Holder {
    static final Cluster CLUSTER = start();

    private static Cluster start() {
      Layout layout =
          Layout.single()
              .with(Service.DELIVERY, 1)
              .with(Service.COMMAND, 2)
              .with(Service.TOKEN, 2)
              .withSetting("keyledger.denied-commands.interval", "PT1S")
              .withSetting("keyledger.usage.interval", "PT1S");
      Cluster cluster =
          Cluster.start(
              System.getProperty(Servers.KIND, "embedded").equals("embedded")
                  ? layout.withLine().withKafkaLogins()
                  : layout);
      Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "end of cluster"));
      return cluster;
    }
  }

  private SharedCluster() {}

  static Cluster get() {
    return Holder.CLUSTER;
  }
}
