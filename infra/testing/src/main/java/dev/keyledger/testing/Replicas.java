package dev.keyledger.testing;

import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.servers.SchemaMigration;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The replicas of one service: where they listen, how they are started, which ones run. */
final class Replicas {
  private final Service service;
  private final int count;
  private final List<Integer> ports;
  private final List<Integer> managementPorts;
  private final Map<String, Object> settings = new TreeMap<>();
  private final List<ServiceProcess> running = new ArrayList<>();
  private @Nullable Program program;

  Replicas(Service service, int count) {
    this.service = service;
    this.count = count;
    // Others are told where a service would be, even if this layout has none of it.
    this.ports = Ports.free(Math.max(1, count));
    this.managementPorts = Ports.free(Math.max(1, count));
  }

  Service service() {
    return service;
  }

  int count() {
    return count;
  }

  URI firstUri() {
    return URI.create("http://localhost:" + ports.getFirst());
  }

  /** A setting of this service alone, from its next start on. */
  void set(String name, Object value) {
    settings.put(name, value);
  }

  /**
   * @throws IllegalStateException when the service has not been built
   */
  void find() {
    if (count > 0) {
      program = Program.of(home(), service).and(placeOfTheLauncher());
    }
  }

  /** Of its schema, by the build that runs; none where it has no schema or isn't in the layout. */
  Optional<SchemaMigration> migration() {
    return Optional.ofNullable(program).flatMap(Program::migration);
  }

  ServiceProcess launch(int index, List<String> jvm, Map<String, ?> shared, Path folder) {
    if (program == null) {
      throw new IllegalStateException(service.title() + " is not part of this layout");
    }
    var all = new TreeMap<String, Object>(shared);
    all.putAll(settings);
    var options = new ArrayList<String>(jvm);
    options.add("-D" + ClockedLauncher.MAIN + "=" + program.mainClass());
    options.add("-D" + ClockedLauncher.CLOCK + "=" + folder.resolve("clock"));
    options.add("-D" + ClockedLauncher.OWN_CLOCK + "=" + clockFile(index, folder));
    String name = name(index);
    ServiceProcess process =
        ServiceProcess.start(
            name,
            program,
            ClockedLauncher.class.getName(),
            ports.get(index),
            managementPorts.get(index),
            options,
            all,
            folder.resolve("logs").resolve(name + ".log"));
    if (index < running.size()) {
      running.set(index, process);
    } else {
      running.add(process);
    }
    return process;
  }

  String name(int index) {
    return service.title() + "-" + index;
  }

  Path clockFile(int index, Path folder) {
    return folder.resolve("clock-" + name(index));
  }

  int port(int index) {
    return ports.get(index);
  }

  List<ServiceProcess> running() {
    return List.copyOf(running);
  }

  private static Path home() {
    for (Path folder = Path.of("").toAbsolutePath(); folder != null; folder = folder.getParent()) {
      if (Files.exists(folder.resolve("shared-events/pom.xml"))) {
        return folder;
      }
    }
    throw new IllegalStateException("a cluster is started from within the project");
  }

  private static Path placeOfTheLauncher() {
    try {
      return Path.of(
          ClockedLauncher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the launcher's place", e);
    }
  }
}
