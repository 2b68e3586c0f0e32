package dev.keyledger.conformance.stock;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.services.Api;
import java.io.File;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.awaitility.Awaitility;
import tools.jackson.databind.json.JsonMapper;

/**
 * A service of an organisation as a process of its own: {@link
 * dev.keyledger.conformance.stock.resource.ClientsApplication} on this class path without the
 * modules of the project, or the one of {@code stock/spring-boot-3} on its own.
 */
final class ResourceServer implements AutoCloseable {
  private static final List<String> QUICK_TO_START =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xshare:auto", "-Xmx96m");

  private final ChildProcess process;
  private final Api api;

  private ResourceServer(ChildProcess process, Api api) {
    this.process = process;
    this.api = api;
  }

  /**
   * @param settings of Spring Boot, which are all that tells it of Keyledger
   */
  static ResourceServer start(Path folder, Map<String, ?> settings) {
    return start(
        folder,
        settings,
        classPathWithoutTheProject(),
        "dev.keyledger.conformance.stock.resource.ClientsApplication");
  }

  /** The same on Boot 3.5. */
  static ResourceServer onBoot3(Path folder, Map<String, ?> settings) {
    Path made = Tool.SPRING_BOOT_3.require().toAbsolutePath();
    return start(
        folder,
        settings,
        made.resolve("classes") + File.pathSeparator + made.resolve("libs") + "/*",
        "clients.ClientsApplication");
  }

  private static ResourceServer start(
      Path folder, Map<String, ?> settings, String classPath, String main) {
    int port = Ports.free();
    var command = new ArrayList<String>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(QUICK_TO_START);
    command.addAll(List.of("-cp", classPath, main));
    var all = new TreeMap<String, Object>(settings);
    all.put("server.address", "127.0.0.1");
    all.put("server.port", port);
    ChildProcess process =
        ChildProcess.start(
            "resource server",
            command,
            // Not in the command: it holds a secret.
            Map.of("SPRING_APPLICATION_JSON", new JsonMapper().writeValueAsString(all)),
            "TERM",
            folder.resolve("resource-server.log"));
    var server = new ResourceServer(process, Api.at(URI.create("http://127.0.0.1:" + port)));
    Awaitility.await("the resource server, whose log is " + process.log())
        .atMost(Duration.ofMinutes(2))
        .until(() -> server.answers() || !process.isAlive());
    if (!process.isAlive()) {
      throw new IllegalStateException("the resource server did not start: see " + process.log());
    }
    return server;
  }

  private static String classPathWithoutTheProject() {
    Path ownClasses = Path.of("target").toAbsolutePath();
    Path project = Path.of("../..").toAbsolutePath().normalize();
    String installed = Path.of("dev", "keyledger").toString();
    return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
        .filter(entry -> {
          Path path = Path.of(entry).toAbsolutePath();
          return path.startsWith(ownClasses)
              || !path.startsWith(project) && !entry.contains(installed);
        })
        .collect(Collectors.joining(File.pathSeparator));
  }

  private boolean answers() {
    try {
      return api.get("/clients").status() == 401;
    } catch (UncheckedIOException notYet) {
      return false;
    }
  }

  /** The status of its one resource, {@code /clients}, with that token. */
  int statusWith(String token) {
    return api.as(token).get("/clients").status();
  }

  Api api() {
    return api;
  }

  @Override
  public void close() {
    process.close();
  }
}
