package dev.keyledger.conformance.stock;

import dev.keyledger.infra.services.Service;
import dev.keyledger.testing.Cluster;
import dev.keyledger.testing.Layout;
import java.util.List;

/**
 * The platform that all stock clients share, started by the first test that asks: where everything
 * is skipped, nothing is started. A test makes organisations of its own.
 */
final class StockCluster {
  /** The address that a trusted nginx calls from; any of 127.0.0.0/8 is this machine. */
  static final String TRUSTED_PROXY = "127.0.0.10";

  private static final class Holder {
    static final Cluster CLUSTER = start();

    private static Cluster start() {
      Cluster cluster =
          Cluster.start(
              Layout.single()
                  .with(Service.DELIVERY, 1)
                  .withSetting(
                      "keyledger.trusted-proxies",
                      // The services behind the gateway have to believe the gateway.
                      List.of("127.0.0.1/32", "::1/128", TRUSTED_PROXY + "/32"))
                  .withSetting(
                      "keyledger.gateway.incrm.origins",
                      List.of(Browser.LISTED, Browser.LISTED_ON_ANOTHER_SITE)));
      Runtime.getRuntime().addShutdownHook(new Thread(cluster::close, "end of cluster"));
      return cluster;
    }
  }

  private StockCluster() {}

  static Cluster get() {
    return Holder.CLUSTER;
  }

  /** The base URL, by which every stock client finds the rest. */
  static String issuer() {
    return get().gateway().base().toString();
  }
}
