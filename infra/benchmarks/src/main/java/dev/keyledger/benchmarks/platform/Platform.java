package dev.keyledger.benchmarks.platform;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.Topics;
import dev.keyledger.infra.servers.EmbeddedServers;
import dev.keyledger.infra.servers.Ports;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.kit.kafka.RecordSeals;
import dev.keyledger.kit.keys.SecurityEventKey;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import dev.keyledger.kit.keys.ServerKeys.ServerKey;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL, Kafka and as many replicas of the services as a benchmark asks for, on free ports.
 * Everything ends with it.
 */
public final class Platform implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(120);
  private static final int SHOWN_OF_A_LOG = 40;

  private final Path home;
  private final EmbeddedServers servers;
  private final ServerKeys keys;
  private final List<ServiceProcess> processes = new ArrayList<>();
  // Also when a signal ends us before we are done: nothing is left behind.
  private final Thread end = new Thread(this::end, "end of the platform");

  private Platform(Path home, EmbeddedServers servers, ServerKeys keys) {
    this.home = home;
    this.servers = servers;
    this.keys = keys;
  }

  /** The servers alone. */
  public static Platform start(Path home) {
    var platform =
        new Platform(home, EmbeddedServers.startTemporary(), randomKeys(new SecureRandom()));
    Runtime.getRuntime().addShutdownHook(platform.end);
    return platform;
  }

  /**
   * The servers alone, on what was kept in a folder, under the keys and logins that they had: for a
   * cluster that takes long to fill.
   *
   * @param folder {@code null} for one that is left behind by nobody
   */
  public static Platform start(Path home, @Nullable Path folder) {
    if (folder == null) {
      return start(home);
    }
    var kept = KeptSecrets.in(folder, Platform::randomKeys);
    var platform =
        new Platform(home, EmbeddedServers.startKept(folder, kept.logins()), kept.serverKeys());
    Runtime.getRuntime().addShutdownHook(platform.end);
    return platform;
  }

  public EmbeddedServers servers() {
    return servers;
  }

  public ServerKeys keys() {
    return keys;
  }

  /** Under the keys that its services have. */
  public RecordSeals seals() {
    return new RecordSeals(() -> keys);
  }

  /** The platform's topics, for seeds that are written before any service is there to make them. */
  public void makeTopics() {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", servers.bootstrapServers()))) {
      admin
          .createTopics(
              Topics.ALL.stream()
                  .map(topic ->
                      new NewTopic(topic.name(), topic.partitions(), (short) 1)
                          .configs(topic.settings()))
                  .toList())
          .all()
          .get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("no topics", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while topics were made", e);
    }
  }

  /** Starts a replica and waits until it is ready. */
  public ServiceProcess start(Service service, List<String> jvm, Map<String, ?> settings) {
    return ready(starting(Program.of(home, service), jvm, settings));
  }

  /**
   * A token-service on the same Tomcat as ever, with a filter before everything else that answers
   * what a ceiling needs.
   */
  public ServiceProcess startTokenServiceWithCeilings(List<String> jvm, Map<String, ?> settings) {
    Program program = Program.of(home, Service.TOKEN);
    var classPath = new ArrayList<>(program.classPath());
    classPath.add(home.resolve("infra/benchmarks/target/classes").toAbsolutePath());
    var extended = new Program(program.service(), List.copyOf(classPath), program.mainClass());
    return ready(starting(extended, TokenServiceWithCeilings.class.getName(), jvm, settings));
  }

  // The log goes with the servers' folder, so its end has to be said now.
  private static ServiceProcess ready(ServiceProcess process) {
    try {
      return process.awaitReady(PATIENCE);
    } catch (IllegalStateException e) {
      throw new IllegalStateException(e.getMessage() + "\n" + endOf(process.log()), e);
    }
  }

  private static String endOf(Path log) {
    try (var lines = Files.lines(log)) {
      List<String> all = lines.toList();
      return String.join("\n", all.subList(Math.max(0, all.size() - SHOWN_OF_A_LOG), all.size()));
    } catch (IOException e) {
      throw new UncheckedIOException("the log cannot be read", e);
    }
  }

  /** Starts a replica without waiting for it. */
  public ServiceProcess starting(Program program, List<String> jvm, Map<String, ?> settings) {
    return starting(program, program.mainClass(), jvm, settings);
  }

  private ServiceProcess starting(
      Program program, String mainClass, List<String> jvm, Map<String, ?> settings) {
    if (program.service() == Service.TOKEN) {
      RelayMarks.writeUnlessARelayHas(servers.bootstrapServers(), seals());
    }
    List<Integer> ports = Ports.free(2);
    var all = new TreeMap<String, Object>(common());
    program
        .migration()
        .ifPresent(migration ->
            all.putAll(servers.database().migrate(migration).settings(migration.schema())));
    all.putAll(settings);
    String name = program.service().title() + "-" + (processes.size() + 1);
    ServiceProcess process =
        ServiceProcess.start(
            name,
            program,
            mainClass,
            ports.get(0),
            ports.get(1),
            jvm,
            all,
            servers.folder().resolve(name + ".log"));
    processes.add(process);
    return process;
  }

  private Map<String, Object> common() {
    return Map.of(
        "keyledger.kafka.bootstrap-servers",
        servers.bootstrapServers(),
        "keyledger.server-keys.json",
        new String(EventCodec.encode(keys), StandardCharsets.UTF_8),
        // Only so that an operator can be made without a mailbox.
        "keyledger.demonstration",
        true,
        "logging.level.root",
        "WARN",
        "server.tomcat.max-keep-alive-requests",
        -1);
  }

  /** Demonstration keys: one of each purpose. */
  private static ServerKeys randomKeys(SecureRandom random) {
    List<ServerKey> keys =
        Arrays.stream(Purpose.values())
            .map(purpose -> {
              byte[] material = material(purpose, random);
              return new ServerKey(
                  purpose,
                  "a",
                  ServerKeys.State.CURRENT,
                  Base64.getUrlEncoder().withoutPadding().encodeToString(material));
            })
            .toList();
    return new ServerKeys(true, keys);
  }

  private static byte[] material(Purpose purpose, SecureRandom random) {
    if (purpose == Purpose.SECURITY_EVENTS) {
      return SecurityEventKey.make(random);
    }
    var material = new byte[32];
    random.nextBytes(material);
    return material;
  }

  /** Ends one replica before the rest. */
  public void stop(ServiceProcess process) {
    processes.remove(process);
    process.close();
  }

  @Override
  public void close() {
    Runtime.getRuntime().removeShutdownHook(end);
    end();
  }

  private void end() {
    for (ServiceProcess process : processes.reversed()) {
      process.close();
    }
    servers.close();
  }
}
