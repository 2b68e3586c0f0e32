package dev.keyledger.infra.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/** Servers as child processes, started side by side, on free ports and in a folder of their own. */
public final class EmbeddedServers implements Servers {
  private final Path folder;
  private final EmbeddedPostgres postgres;
  private final EmbeddedKafka kafka;
  private final Database database;
  private final boolean kept;
  private final AtomicInteger databases = new AtomicInteger();

  private EmbeddedServers(
      Path folder,
      EmbeddedPostgres postgres,
      EmbeddedKafka kafka,
      Database database,
      boolean kept) {
    this.folder = folder;
    this.kept = kept;
    this.postgres = postgres;
    this.kafka = kafka;
    this.database = database;
  }

  /** In a temporary folder, below {@code target} where there is one. */
  public static EmbeddedServers startTemporary() {
    return startTemporary(List.of(), 0, null);
  }

  /**
   * As above, with other ways to the broker, and beside the database's folder a disk that a test
   * may fill.
   *
   * @param smallDisk its size in MiB; 0 for none
   * @param logins of those whom the broker lets in; without, anybody may do anything there
   */
  public static EmbeddedServers startTemporary(
      List<EmbeddedKafka.Line> lines, int smallDisk, @Nullable BrokerLogins logins) {
    try {
      Path target = Path.of("target");
      return start(
          Files.isDirectory(target)
              ? Files.createTempDirectory(target.toAbsolutePath(), "servers-")
              : Files.createTempDirectory("keyledger-servers-"),
          lines,
          smallDisk,
          logins,
          Logins.random(new SecureRandom()),
          false);
    } catch (IOException e) {
      throw new UncheckedIOException("no temporary folder for the servers", e);
    }
  }

  /**
   * In that folder, with what it holds, which stays there.
   *
   * @param logins the same as at first
   */
  public static EmbeddedServers startKept(Path folder, Logins logins) {
    return start(folder, List.of(), 0, null, logins, true);
  }

  private static EmbeddedServers start(
      Path folder,
      List<EmbeddedKafka.Line> lines,
      int smallDisk,
      @Nullable BrokerLogins brokerLogins,
      Logins logins,
      boolean kept) {
    List<Integer> ports = Ports.free(3);
    // Not the common pool: on two cores it would start one after the other.
    Executor sideBySide = task -> Thread.ofPlatform().daemon().name("start").start(task);
    var postgres =
        CompletableFuture.supplyAsync(
            () ->
                EmbeddedPostgres.start(
                    folder.resolve("postgres"),
                    folder.resolve("postgres.log"),
                    ports.get(0),
                    logins,
                    smallDisk),
            sideBySide);
    var kafka =
        CompletableFuture.supplyAsync(
            () ->
                EmbeddedKafka.start(
                    folder.resolve("kafka"),
                    folder.resolve("kafka.log"),
                    ports.get(1),
                    ports.get(2),
                    lines,
                    brokerLogins),
            sideBySide);
    try {
      CompletableFuture.allOf(postgres, kafka).join();
      return new EmbeddedServers(
          folder, postgres.join(), kafka.join(), postgres.join().database("keyledger"), kept);
    } catch (CompletionException e) {
      var _ =
          CompletableFuture.allOf(
              postgres.thenAccept(EmbeddedPostgres::close), kafka.thenAccept(EmbeddedKafka::close));
      throw e;
    }
  }

  /** For faults: to kill, hold and start again. */
  public EmbeddedPostgres postgres() {
    return postgres;
  }

  /** For faults: to kill, hold and start again. */
  public EmbeddedKafka kafka() {
    return kafka;
  }

  /** Where the servers' logs and data are, to search them for what must not be there. */
  public Path folder() {
    return folder;
  }

  @Override
  public Database database() {
    return database;
  }

  @Override
  public Database freshDatabase() {
    return postgres.database("keyledger_" + databases.incrementAndGet());
  }

  @Override
  public String bootstrapServers() {
    return kafka.bootstrapServers();
  }

  @Override
  public Map<String, String> kafkaProperties() {
    return kafka.superuserProperties();
  }

  @Override
  public Broker freshBroker() {
    try {
      Path home = Files.createTempDirectory(folder, "kafka-");
      List<Integer> ports = Ports.free(2);
      var broker =
          EmbeddedKafka.start(
              home.resolve("data"), home.resolve("kafka.log"), ports.get(0), ports.get(1));
      return new Broker() {
        @Override
        public String bootstrapServers() {
          return broker.bootstrapServers();
        }

        @Override
        public void close() {
          broker.close();
        }
      };
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for another broker", e);
    }
  }

  @Override
  public void close() {
    try (kafka;
        postgres) {
      kafka.process().askToStop();
      postgres.process().askToStop();
    }
    if (kept) {
      return;
    }
    try {
      PostgresPrograms.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("the servers' folder stays: " + folder, e);
    }
  }
}
