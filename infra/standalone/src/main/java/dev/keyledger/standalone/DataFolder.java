package dev.keyledger.standalone;

import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.servers.BrokerLogins;
import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.kit.keys.PrivateFiles;
import dev.keyledger.kit.keys.ServerKeySuccession;
import dev.keyledger.kit.keys.ServerKeys;
import dev.keyledger.kit.keys.ServerKeys.Algorithm;
import dev.keyledger.kit.keys.ServerKeys.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.type.TypeReference;

/**
 * Everything that the stand-alone platform keeps: {@code postgres/}, {@code kafka/}, {@code logs/},
 * and files with secrets of its own making, which only their owner can read. One runner at a time
 * has it.
 */
final class DataFolder implements AutoCloseable {
  private static final String MARK = "keyledger-data";

  /** There while the folder is being emptied: who opens it next goes on with it. */
  private static final String EMPTYING = "being-emptied";

  private static final String LOGS = "logs";

  /** Twice what a child has to end in once its runner is gone. */
  static final Duration PATIENCE = Duration.ofSeconds(25);

  private static final Duration LAST_WRITES = Duration.ofSeconds(5);

  private static final TypeReference<Map<String, String>> TEXTS = new TypeReference<>() {};

  private final Path folder;
  private final FileChannel mark;
  private final @Nullable FileLock lock;

  private DataFolder(Path folder, FileChannel mark, @Nullable FileLock lock) {
    this.folder = folder;
    this.mark = mark;
    this.lock = lock;
  }

  /**
   * Takes the folder once nothing of an earlier runner uses it any more.
   *
   * @param fresh whether to empty it first
   * @param patience how long processes of an earlier runner that was killed may take to end
   * @param say told what is waited for
   * @throws Problem when another runner has it, when such a process goes on, or when it holds what
   *     isn't ours
   */
  static DataFolder open(Path folder, boolean fresh, Duration patience, Consumer<String> say) {
    try {
      Path path = Files.createDirectories(folder).toRealPath();
      Path markFile = path.resolve(MARK);
      if (!Files.exists(markFile) && !isEmpty(path)) {
        throw new Problem(
            path + " is not empty and not Keyledger's: choose another --data folder.");
      }
      keepToItsOwner(path);
      FileChannel mark =
          FileChannel.open(markFile, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      FileLock lock = tryLock(mark);
      if (lock == null) {
        throw new Problem(
            path + " is in use by another ./keyledger up: stop that one, or choose --data.");
      }
      try {
        awaitLeftBehind(path, patience, say);
        if (fresh || Files.exists(path.resolve(EMPTYING))) {
          empty(path, markFile);
        }
        return new DataFolder(path, mark, lock);
      } catch (IOException | RuntimeException e) {
        mark.close();
        throw e;
      }
    } catch (IOException e) {
      throw new Problem(folder + " cannot be used as a data folder: " + e.getMessage(), e);
    }
  }

  /** Databases, topics and logs are nobody else's to read, whatever modes servers give them. */
  private static void keepToItsOwner(Path folder) throws IOException {
    if (Files.getFileStore(folder).supportsFileAttributeView(PosixFileAttributeView.class)) {
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
    }
  }

  /** The lock goes with the runner, its children some seconds later. */
  private static void awaitLeftBehind(Path folder, Duration patience, Consumer<String> say)
      throws IOException {
    Map<String, ProcessHandle> left = ChildProcess.leftBehind(folder.resolve(LOGS));
    if (left.isEmpty()) {
      return;
    }
    say.accept("Waiting for processes of an earlier run to end …");
    long deadline = System.nanoTime() + patience.toNanos();
    for (var process : left.entrySet()) {
      try {
        process
            .getValue()
            .onExit()
            .get(Math.max(0, deadline - System.nanoTime()), TimeUnit.NANOSECONDS);
      } catch (TimeoutException e) {
        throw new Problem(
            "%s (process %d) of an earlier ./keyledger up still uses %s: end it, or choose --data."
                .formatted(process.getKey(), process.getValue().pid(), folder),
            e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new Problem("interrupted while processes of an earlier run ended.", e);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e);
      }
    }
  }

  private static @Nullable FileLock tryLock(FileChannel mark) throws IOException {
    try {
      return mark.tryLock();
    } catch (OverlappingFileLockException sameProcess) {
      return null;
    }
  }

  private static boolean isEmpty(Path folder) throws IOException {
    try (var files = Files.list(folder)) {
      return files.findAny().isEmpty();
    }
  }

  // What says that the demonstration data is there may never outlive the data, whenever this ends.
  private static void empty(Path folder, Path mark) throws IOException {
    Path emptying = folder.resolve(EMPTYING);
    PrivateFiles.write(emptying, new byte[0]);
    long deadline = System.nanoTime() + LAST_WRITES.toNanos();
    while (!isEmptied(folder, Set.of(folder, mark, emptying))) {
      if (System.nanoTime() > deadline) {
        throw new IOException("something writes to it while it is emptied");
      }
    }
    Files.delete(emptying);
  }

  /** Whether nothing else was left: a server's last helpers may write while it is emptied. */
  private static boolean isEmptied(Path folder, Set<Path> except) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!except.contains(file)) {
          Files.deleteIfExists(file);
        }
      }
      return true;
    } catch (DirectoryNotEmptyException e) {
      return false;
    } catch (UncheckedIOException e) {
      if (e.getCause() instanceof NoSuchFileException) {
        return false;
      }
      throw e.getCause();
    }
  }

  Path path() {
    return folder;
  }

  Path postgres() {
    return folder.resolve("postgres");
  }

  Path kafka() {
    return folder.resolve("kafka");
  }

  Path serverKeysFile() {
    return folder.resolve("server-keys.json");
  }

  /** A new log for this run; the last run's is kept beside it. */
  Path log(String name) {
    Path log = folder.resolve(LOGS).resolve(name + ".log");
    try {
      if (Files.exists(log)) {
        Files.move(
            log, log.resolveSibling(name + ".previous.log"), StandardCopyOption.REPLACE_EXISTING);
      }
      return log;
    } catch (IOException e) {
      throw new UncheckedIOException(log + " could not be put aside", e);
    }
  }

  /**
   * Passwords of the database's roles, each made with the folder or with the first release that has
   * that role.
   */
  Logins logins() {
    Path file = folder.resolve("database-logins.json");
    Map<String, String> kept = passwordsIn(file);
    Logins logins = new Logins(kept).completed(new SecureRandom());
    keep(file, kept, logins.passwords());
    return logins;
  }

  /**
   * Passwords of the broker's users, each made with the folder or with the first release that has
   * that user.
   */
  BrokerLogins brokerLogins() {
    Path file = folder.resolve("broker-logins.json");
    Map<String, String> kept = passwordsIn(file);
    BrokerLogins logins = new BrokerLogins(kept).completed(new SecureRandom());
    keep(file, kept, logins.passwords());
    return logins;
  }

  private static Map<String, String> passwordsIn(Path file) {
    return read(file).map(json -> EventCodec.mapper().readValue(json, TEXTS)).orElse(Map.of());
  }

  private static void keep(Path file, Map<String, String> kept, Map<String, String> passwords) {
    if (!passwords.equals(kept)) {
      PrivateFiles.write(file, EventCodec.mapper().writeValueAsBytes(new TreeMap<>(passwords)));
    }
  }

  /** Server keys of the demonstration; {@code keys rotate} changes them. */
  ServerKeys serverKeys() {
    return ServerKeys.parse(read(serverKeysFile()).orElseThrow());
  }

  /**
   * Makes server keys of each purpose that has none, with each service's file. Records on Kafka
   * that were sealed by none of them go: the topics are filled again from PostgreSQL.
   *
   * @param say told when that is so
   */
  void makeServerKeys(Consumer<String> say) {
    var succession = new ServerKeySuccession(new SecureRandom());
    Optional<ServerKeys> known = read(serverKeysFile()).map(ServerKeys::parse);
    // ES256 is what every verifier knows; who needs more signatures a second lets Ed25519 succeed.
    ServerKeys keys =
        known.map(succession::completed).orElseGet(() -> succession.fresh(true, Algorithm.ES256));
    if (known.isPresent() && known.get().all(Purpose.RECORDS).isEmpty() && Files.exists(kafka())) {
      say.accept("Kafka's topics are of a release that sealed no records: they are made anew.");
      try {
        deleteAll(kafka());
      } catch (IOException e) {
        throw new UncheckedIOException(kafka() + " could not be emptied", e);
      }
    }
    ServerKeyFiles.write(serverKeysFile(), keys);
  }

  private static void deleteAll(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Where letters go. */
  Path mail() {
    return folder.resolve("mail");
  }

  /** The key by which the demonstration's downstream service asks token-service. */
  Optional<String> downstreamKey() {
    return read(downstreamKeyFile()).map(bytes -> new String(bytes, StandardCharsets.UTF_8));
  }

  void keepDownstreamKey(String secret) {
    PrivateFiles.write(downstreamKeyFile(), secret.getBytes(StandardCharsets.UTF_8));
  }

  private Path downstreamKeyFile() {
    return folder.resolve("downstream.key");
  }

  boolean isSeeded() {
    return Files.exists(folder.resolve("demonstration-data.done"));
  }

  void seeded() {
    PrivateFiles.write(folder.resolve("demonstration-data.done"), new byte[0]);
  }

  private static Optional<byte[]> read(Path file) {
    try {
      return Files.exists(file) ? Optional.of(Files.readAllBytes(file)) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " could not be read", e);
    }
  }

  @Override
  public void close() {
    try (mark) {
      if (lock != null) {
        lock.release();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(folder + " could not be let go", e);
    }
  }
}
