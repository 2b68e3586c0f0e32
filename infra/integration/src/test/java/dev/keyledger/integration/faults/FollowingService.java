package dev.keyledger.integration.faults;

import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.services.Api;
import dev.keyledger.testing.Cluster;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** A tenant's service in a process of its own, which is named in receipts. */
final class FollowingService implements AutoCloseable {
  private static final Duration SOON = Duration.ofMinutes(2);
  private static final String JAVA =
      Path.of(System.getProperty("java.home"), "bin", "java").toString();

  private final String name;
  private final Map<String, String> environment;
  private final Api api;
  private ChildProcess process;

  /**
   * @param key of its organisation, by which it follows and asks
   */
  FollowingService(Cluster cluster, String name, String key) {
    this.name = name;
    int port = freePort();
    this.environment =
        Map.of(
            FollowerProgram.ISSUER,
            cluster.gateway().base().toString(),
            FollowerProgram.KEY,
            key,
            FollowerProgram.NAME,
            name,
            FollowerProgram.PORT,
            Integer.toString(port));
    this.api = Api.at(URI.create("http://localhost:" + port));
    this.process = started();
  }

  private static int freePort() {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new UncheckedIOException("no port is free", e);
    }
  }

  private ChildProcess started() {
    return ChildProcess.start(
        name,
        List.of(
            JAVA,
            "-Xmx64m",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-cp",
            System.getProperty("java.class.path"),
            FollowerProgram.class.getName()),
        environment,
        "TERM",
        Path.of("target", "followers", name + ".log"));
  }

  /** Succeeds for who presents a good credential. */
  Api api() {
    return api;
  }

  /** Waits until it knows by itself what has ended. */
  void awaitFollowing() {
    await().atMost(SOON).ignoreExceptions().until(() -> api.get("/follows").isSuccess());
  }

  ChildProcess process() {
    return process;
  }

  /** Another process, which knows nothing yet. */
  void restart() {
    process.close();
    process = started();
  }

  @Override
  public void close() {
    process.close();
  }
}
