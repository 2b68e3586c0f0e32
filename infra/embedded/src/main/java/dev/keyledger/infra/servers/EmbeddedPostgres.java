package dev.keyledger.infra.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A PostgreSQL server of our own, durable as in production ({@code fsync} on), in a folder that is
 * kept. Works as root, whom PostgreSQL refuses, by way of a user namespace.
 */
public final class EmbeddedPostgres implements AutoCloseable {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Path programs;
  private final Path data;
  private final Path log;
  private final int port;
  private final Logins logins;
  private final @Nullable SmallDisk smallDisk;
  private @Nullable ChildProcess server;

  private EmbeddedPostgres(
      Path programs, Path data, Path log, int port, Logins logins, @Nullable SmallDisk smallDisk) {
    this.programs = programs;
    this.data = data;
    this.log = log;
    this.port = port;
    this.logins = logins;
    this.smallDisk = smallDisk;
  }

  /**
   * Starts the server, on a new folder after making a cluster in it, and waits until it answers.
   *
   * @param data the cluster's folder
   * @param log the server's log, appended to
   * @param port of the loopback interface, free
   * @param logins its superuser's password becomes the cluster's; on an existing folder it has to
   *     be the same as at first
   */
  public static EmbeddedPostgres start(Path data, Path log, int port, Logins logins) {
    return start(data, log, port, logins, 0);
  }

  /**
   * As above, with a disk beside the cluster's folder that a test may fill, where this machine lets
   * us have one.
   *
   * @param smallDisk its size in MiB; 0 for none
   */
  static EmbeddedPostgres start(Path data, Path log, int port, Logins logins, int smallDisk) {
    var postgres =
        new EmbeddedPostgres(
            PostgresPrograms.unpacked(),
            data.toAbsolutePath(),
            log.toAbsolutePath(),
            port,
            logins,
            smallDisk == 0 ? null : disk(data.toAbsolutePath(), smallDisk));
    postgres.initialise();
    postgres.restart();
    return postgres;
  }

  private static @Nullable SmallDisk disk(Path data, int megabytes) {
    try {
      SmallDisk disk = SmallDisk.at(data.resolveSibling("small-disk"), megabytes);
      return disk.canBeHad() ? disk : null;
    } catch (IOException e) {
      throw new UncheckedIOException("no folder for a small disk", e);
    }
  }

  /**
   * The folder of a small disk that only the server sees, for a tablespace; a restart empties it.
   */
  public Optional<Path> smallDisk() {
    return Optional.ofNullable(smallDisk).map(SmallDisk::place);
  }

  /** The cluster's folder: a test may put an older copy there while the server is down. */
  public Path data() {
    return data;
  }

  public Database database(String name) {
    return Database.bootstrap("localhost", port, name, logins);
  }

  public int port() {
    return port;
  }

  /** The postmaster; without it PostgreSQL's other processes end by themselves. */
  public ChildProcess process() {
    if (server == null) {
      throw new IllegalStateException("PostgreSQL has not been started");
    }
    return server;
  }

  /** Starts the server on its folder and port again after {@link ChildProcess#kill} or a stop. */
  public void restart() {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    launch();
    while (!answers()) {
      if (!process().isAlive()) {
        // After a kill the old backends may need a moment to notice and let go of shared memory.
        if (System.nanoTime() > deadline - PATIENCE.toNanos() / 2) {
          throw new IllegalStateException("PostgreSQL ended while starting; see " + log);
        }
        pause();
        launch();
      } else if (System.nanoTime() > deadline) {
        throw new IllegalStateException(
            "PostgreSQL did not answer in " + PATIENCE + "; see " + log);
      }
      pause();
    }
  }

  private void launch() {
    var command = new ArrayList<String>();
    command.add(programs.resolve("bin/postgres").toString());
    command.addAll(List.of("-D", data.toString(), "-p", Integer.toString(port)));
    Map.of(
            "listen_addresses", "localhost",
            "unix_socket_directories", "",
            "fsync", "on",
            "synchronous_commit", "on",
            "max_connections", "300",
            "shared_buffers", "128MB",
            "password_encryption", "scram-sha-256",
            // A failing statement may hold what the log must not.
            "log_min_error_statement", "panic",
            "log_parameter_max_length_on_error", "0",
            "log_line_prefix", "%m [%p] ")
        .forEach((name, value) -> command.addAll(List.of("-c", name + "=" + value)));
    List<String> accepted =
        smallDisk == null ? asSomebodyPostgresAccepts(command) : smallDisk.around(command);
    server = ChildProcess.start("PostgreSQL", accepted, Map.of("TZ", "UTC"), "INT", log);
  }

  private boolean answers() {
    String url = "jdbc:postgresql://localhost:" + port + "/postgres?connectTimeout=2";
    try (var connection =
        DriverManager.getConnection(
            url, Logins.SUPERUSER, logins.revealPassword(Logins.SUPERUSER))) {
      return connection.isValid(2);
    } catch (SQLException notYet) {
      if ("28P01".equals(notYet.getSQLState())) {
        throw new IllegalStateException(
            "PostgreSQL in " + data + " was made with another password than the one given");
      }
      return false;
    }
  }

  private void initialise() {
    if (Files.exists(data.resolve("PG_VERSION"))) {
      return;
    }
    try {
      Files.createDirectories(data.getParent());
      Files.createDirectories(log.getParent());
      Path making = Files.createTempDirectory(data.getParent(), "making-postgres-");
      Path password =
          Files.createTempFile(
              data.getParent(),
              "postgres-",
              "",
              PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      try {
        Files.writeString(password, logins.revealPassword(Logins.SUPERUSER));
        initdb(making, password);
      } finally {
        Files.deleteIfExists(password);
      }
      // Whole or not at all: an interrupted initdb leaves nothing that looks like a cluster.
      Files.move(making, data);
    } catch (IOException e) {
      throw new UncheckedIOException("a PostgreSQL cluster could not be made in " + data, e);
    }
  }

  private void initdb(Path folder, Path password) throws IOException {
    var command = new ArrayList<String>();
    command.add(programs.resolve("bin/initdb").toString());
    command.addAll(List.of("-D", folder.toString(), "-U", Logins.SUPERUSER, "-E", "UTF8"));
    command.addAll(List.of("--locale=C.UTF-8", "--locale-provider=libc", "-A", "scram-sha-256"));
    command.add("--pwfile=" + password);
    List<String> accepted = asSomebodyPostgresAccepts(command);
    try (var initdb = ChildProcess.start("initdb", accepted, Map.of("TZ", "UTC"), "TERM", log)) {
      if (!initdb.process().waitFor(PATIENCE) || initdb.exitCode() != 0) {
        throw new IllegalStateException("PostgreSQL's initdb failed; see " + log);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL's initdb ran", e);
    }
  }

  /** PostgreSQL refuses to run as root; in a user namespace of its own root is {@code nobody}. */
  private static List<String> asSomebodyPostgresAccepts(List<String> command) {
    boolean linux = System.getProperty("os.name").startsWith("Linux");
    var accepted = new ArrayList<String>();
    if (linux && "root".equals(System.getProperty("user.name"))) {
      accepted.addAll(List.of("unshare", "-U"));
    }
    accepted.addAll(command);
    return accepted;
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while PostgreSQL started", e);
    }
  }

  @Override
  public void close() {
    process().stop(Duration.ofSeconds(20));
  }
}
