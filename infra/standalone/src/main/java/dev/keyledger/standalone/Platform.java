package dev.keyledger.standalone;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.EmbeddedKafka;
import dev.keyledger.infra.servers.EmbeddedPostgres;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.Service;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.infra.services.Wiring;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicRights;
import dev.keyledger.kit.kafka.TopicRights.Holder;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * The servers and services of one stand-alone run, started side by side, ended in order. A service
 * that ends by itself is started again.
 */
final class Platform implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  /** The first compiler alone: quick to start, and quick enough for one user. */
  private static final List<String> JVM = List.of("-XX:TieredStopAtLevel=1");

  /** Not the common pool: on two cores it would start one after the other. */
  private static final Executor SIDE_BY_SIDE =
      task -> Thread.ofPlatform().daemon().name("start").start(task);

  private final Path home;
  private final DataFolder data;
  private final Ports ports;
  private final Progress progress;
  private final Map<Service, ServiceProcess> services = new EnumMap<>(Service.class);
  private final CompletableFuture<ChildProcess> ended = new CompletableFuture<>();
  private volatile boolean closing;
  private Map<Service, Program> programs = Map.of();
  private @Nullable Database database;
  private CompletableFuture<EmbeddedPostgres> postgres = new CompletableFuture<>();
  private CompletableFuture<EmbeddedKafka> kafka = new CompletableFuture<>();

  Platform(Path home, DataFolder data, Ports ports, Progress progress) {
    this.home = home;
    this.data = data;
    this.ports = ports;
    this.progress = progress;
  }

  /**
   * Starts everything and waits until it is ready.
   *
   * @param downstreamKey of the demonstration's downstream service, which is left out without
   */
  void start(Optional<String> downstreamKey) {
    data.makeServerKeys(progress::say);
    var unpacked =
        CompletableFuture.supplyAsync(
            () ->
                Arrays.stream(Service.values())
                    .collect(Collectors.toMap(Function.identity(), this::program)),
            SIDE_BY_SIDE);
    postgres =
        step(
            "PostgreSQL",
            () ->
                EmbeddedPostgres.start(
                    data.postgres(), data.log("postgres"), ports.postgres(), data.logins()));
    kafka =
        step(
            "Kafka",
            () ->
                withRights(
                    EmbeddedKafka.start(
                        data.kafka(),
                        data.log("kafka"),
                        ports.kafka(),
                        ports.kafkaController(),
                        List.of(),
                        data.brokerLogins())));
    var migrated =
        postgres.thenCombineAsync(
            unpacked,
            (server, found) -> migrated(server.database("keyledger"), found),
            SIDE_BY_SIDE);
    await(CompletableFuture.allOf(kafka, migrated));
    watch(postgres.join().process());
    watch(kafka.join().process());
    programs = unpacked.join();
    database = migrated.join();
    // The slowest first: each start keeps a core busy.
    var starting = new ArrayList<CompletableFuture<Void>>();
    for (Service service :
        List.of(Service.COMMAND, Service.TOKEN, Service.QUERY, Service.DELIVERY, Service.GATEWAY)) {
      starting.add(
          launch(database, service, service == Service.TOKEN ? mailInto(data.mail()) : Map.of()));
    }
    downstreamKey.ifPresent(key -> starting.add(startDownstream(key)));
    await(CompletableFuture.allOf(starting.toArray(CompletableFuture[]::new)));
  }

  /** As {@code ./keyledger topics} does: no service is let do more than it needs. */
  private static EmbeddedKafka withRights(EmbeddedKafka kafka) {
    var superuser =
        new KafkaSettings(kafka.bootstrapServers(), (short) 1, kafka.superuserProperties());
    var _ = TopicRights.establish(superuser, Holder::principal);
    return kafka;
  }

  /** By the owners' logins, which no service is given. */
  private Database migrated(Database database, Map<Service, Program> programs) {
    for (Service service : Service.values()) {
      Objects.requireNonNull(programs.get(service)).migration().ifPresent(database::migrate);
    }
    return database;
  }

  /**
   * Starts the demonstration's downstream service, which asks token-service with a key of its own.
   */
  CompletableFuture<Void> startDownstream(String key) {
    if (database == null) {
      throw new IllegalStateException("the platform has not been started");
    }
    return launch(database, Service.DOWNSTREAM, Map.of("keyledger.client.api-key", key));
  }

  /** Letters go into a folder: nobody outside of this machine may get one. */
  private Map<String, ?> mailInto(Path folder) {
    return Map.of(
        "keyledger.mail.transport",
        "folder",
        "keyledger.mail.folder",
        folder.toAbsolutePath().toString(),
        "keyledger.mail.from",
        "keyledger@keyledger.example",
        "keyledger.mail.base-url",
        ports.baseUrl().toString());
  }

  /** The first server, PostgreSQL or Kafka, that ended unasked. */
  CompletableFuture<ChildProcess> ended() {
    return ended;
  }

  private Program program(Service service) {
    return Program.of(home, service);
  }

  private CompletableFuture<Void> launch(Database database, Service service, Map<String, ?> more) {
    var uris =
        Arrays.stream(Service.values())
            .collect(Collectors.toMap(Function.identity(), ports::uriOf));
    var wiring =
        new Wiring(
            database,
            "localhost:" + ports.kafka(),
            data.brokerLogins(),
            each -> ServerKeyFiles.of(data.serverKeysFile(), each).orElseThrow(),
            ports.baseUrl(),
            uris);
    var settings = new TreeMap<String, Object>(wiring.settings(service));
    settings.putAll(more);
    var run =
        new Run(
            service, settings, data.log(service.title()), new RestartPauses(), System.nanoTime());
    ServiceProcess process =
        begin(run)
            .orElseThrow(() ->
                new CompletionException(new IllegalStateException("the platform is stopping")));
    return step(service.title(), () -> process.awaitReady(PATIENCE))
        .thenAccept(ready -> restartAtItsEnd(run, ready));
  }

  /**
   * One run of a service's process.
   *
   * @param log of all its runs: the last lines of the one before are worth reading
   * @param began by the monotonic clock
   */
  private record Run(
      Service service, Map<String, ?> settings, Path log, RestartPauses pauses, long began) {
    Run anew() {
      return new Run(service, settings, log, pauses, System.nanoTime());
    }
  }

  private Optional<ServiceProcess> begin(Run run) {
    Service service = run.service();
    synchronized (services) {
      if (closing) {
        return Optional.empty();
      }
      ServiceProcess process =
          ServiceProcess.start(
              service.title(),
              Objects.requireNonNull(programs.get(service)),
              ports.of(service),
              ports.managementOf(service),
              JVM,
              run.settings(),
              run.log());
      services.put(service, process);
      return Optional.of(process);
    }
  }

  /** A service keeps nothing that a new process wouldn't find; a server's end is the platform's. */
  private void restartAtItsEnd(Run run, ServiceProcess process) {
    var _ =
        process
            .process()
            .process()
            .onExit()
            .thenRun(() -> {
              if (!closing) {
                restart(run, process);
              }
            });
  }

  private void restart(Run ended, ServiceProcess process) {
    Duration pause = ended.pauses().after(Duration.ofNanos(System.nanoTime() - ended.began()));
    String name = ended.service().title();
    progress.say(
        String.format(
            Locale.ROOT,
            "%s ended by itself (exit %d, see %s); it is started again in %d s",
            name,
            process.process().exitCode(),
            process.log(),
            pause.toSeconds()));
    CompletableFuture.delayedExecutor(pause.toMillis(), TimeUnit.MILLISECONDS, SIDE_BY_SIDE)
        .execute(() -> {
          Run run = ended.anew();
          begin(run)
              .ifPresent(anew -> {
                restartAtItsEnd(run, anew);
                sayWhenReady(anew);
              });
        });
  }

  private void sayWhenReady(ServiceProcess process) {
    try {
      process.awaitReady(PATIENCE);
      progress.done(process.name() + " again");
    } catch (IllegalStateException ended) {
      // It has ended once more, which was said already, or is told by its log.
    }
  }

  private <T> CompletableFuture<T> step(String name, Supplier<T> work) {
    return CompletableFuture.supplyAsync(work, SIDE_BY_SIDE)
        .whenComplete((result, failure) -> {
          if (failure == null) {
            progress.done(name);
          }
        });
  }

  private void watch(ChildProcess process) {
    var _ =
        process
            .process()
            .onExit()
            .thenRun(() -> {
              if (!closing) {
                ended.complete(process);
              }
            });
  }

  /**
   * @throws Problem when the step failed
   */
  void await(CompletableFuture<?> step) {
    try {
      step.join();
    } catch (CompletionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new Problem(String.valueOf(cause.getMessage()), cause);
    }
  }

  /** Services first, each finishing what it has begun; then the servers under them. */
  @Override
  public void close() {
    closing = true;
    List<ServiceProcess> running;
    synchronized (services) {
      running = List.copyOf(services.values());
    }
    running.forEach(service -> service.process().askToStop());
    running.forEach(ServiceProcess::close);
    if (kafka.isDone() && !kafka.isCompletedExceptionally()) {
      kafka.join().process().askToStop();
    }
    if (postgres.isDone() && !postgres.isCompletedExceptionally()) {
      postgres.join().close();
    }
    if (kafka.isDone() && !kafka.isCompletedExceptionally()) {
      kafka.join().close();
    }
  }
}
