package dev.keyledger.infra.services;

import dev.keyledger.infra.servers.ChildProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import tools.jackson.databind.json.JsonMapper;

/** One running replica of a service. */
public final class ServiceProcess implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Program program;
  private final int port;
  private final int managementPort;
  private final ChildProcess process;

  private ServiceProcess(Program program, int port, int managementPort, ChildProcess process) {
    this.program = program;
    this.port = port;
    this.managementPort = managementPort;
    this.process = process;
  }

  /**
   * Starts it and returns at once.
   *
   * @param name of this replica, for messages
   * @param jvm options of the Java machine; besides these, the heap and the class path are set
   * @param settings by their names; they travel in the environment, where others on the machine
   *     can't see them
   */
  public static ServiceProcess start(
      String name,
      Program program,
      int port,
      int managementPort,
      List<String> jvm,
      Map<String, ?> settings,
      Path log) {
    return start(name, program, program.mainClass(), port, managementPort, jvm, settings, log);
  }

  /** As above, by another main class, which the class path of {@code program} has to hold. */
  public static ServiceProcess start(
      String name,
      Program program,
      String mainClass,
      int port,
      int managementPort,
      List<String> jvm,
      Map<String, ?> settings,
      Path log) {
    var all = new TreeMap<String, Object>(settings);
    all.put("server.port", port);
    all.put("management.server.port", managementPort);
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-Xmx" + program.service().heapMegabytes() + "m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            "-Xshare:auto",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow",
            "-Duser.timezone=UTC"));
    command.addAll(jvm);
    command.add(mainClass);
    var environment =
        Map.of(
            "CLASSPATH",
            program.classPathText(),
            "SPRING_APPLICATION_JSON",
            JSON.writeValueAsString(all));
    return new ServiceProcess(
        program, port, managementPort, ChildProcess.start(name, command, environment, "TERM", log));
  }

  public String name() {
    return process.name();
  }

  public Service service() {
    return program.service();
  }

  public int port() {
    return port;
  }

  public URI uri() {
    return URI.create("http://localhost:" + port);
  }

  public URI managementUri() {
    return URI.create("http://localhost:" + managementPort);
  }

  public ChildProcess process() {
    return process;
  }

  /**
   * Whether it says that it can serve. A replica that is starting, cut off or held says nothing.
   */
  public boolean isReady() {
    return answers("/actuator/health/readiness");
  }

  private boolean answers(String path) {
    try {
      var connection = (HttpURLConnection) managementUri().resolve(path).toURL().openConnection();
      connection.setConnectTimeout(1_000);
      connection.setReadTimeout(2_000);
      try {
        return connection.getResponseCode() == 200;
      } finally {
        connection.disconnect();
      }
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * @throws IllegalStateException when it ends instead, or takes longer than that
   */
  public ServiceProcess awaitReady(Duration patience) {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!isReady()) {
      if (!process.isAlive()) {
        throw new IllegalStateException(
            name() + " ended while starting (exit " + process.exitCode() + "); see " + log());
      }
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            name() + " was not ready after " + patience.toSeconds() + " s; see " + log());
      }
      try {
        Thread.sleep(100);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while " + name() + " started", e);
      }
    }
    return this;
  }

  public Path log() {
    return process.log();
  }

  @Override
  public void close() {
    process.stop(Duration.ofSeconds(15));
  }
}
