package dev.keyledger.infra.servers;

/** Started by the first test that asks, ended when the JVM ends. */
final class SharedServers {
  private static final class Holder {
    static final Servers SERVERS = start();

    private static Servers start() {
      Servers servers = Servers.start();
      Runtime.getRuntime().addShutdownHook(new Thread(servers::close, "end of servers"));
      return servers;
    }
  }

  private SharedServers() {}

  static Servers get() {
    return Holder.SERVERS;
  }
}
