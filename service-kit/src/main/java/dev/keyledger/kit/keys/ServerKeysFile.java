package dev.keyledger.kit.keys;

import dev.keyledger.kit.keys.ServerKeys.Purpose;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Server keys from a file, read again when the file changes, so that they succeed one another
 * without a restart. A change that cannot be read, or lies open to others, leaves the keys as they
 * were; {@link #refresh} says so.
 */
public final class ServerKeysFile implements Supplier<ServerKeys> {
  private static final Logger log = LoggerFactory.getLogger(ServerKeysFile.class);

  private final @Nullable Path file;
  private final Set<Purpose> needed;
  private final boolean mayBeExposed;
  private @Nullable FileTime readAt;
  private volatile ServerKeys keys;

  private ServerKeysFile(
      @Nullable Path file,
      Set<Purpose> needed,
      boolean mayBeExposed,
      ServerKeys keys,
      @Nullable FileTime readAt) {
    this.file = file;
    this.needed = needed;
    this.mayBeExposed = mayBeExposed;
    this.keys = keys;
    this.readAt = readAt;
  }

  /**
   * @param needed purposes whose keys are kept, and no others; a file without one of them is not
   *     accepted, now or later. None stands for whatever is given
   * @param mayBeExposed whether a file that others on the machine can read or change is only warned
   *     of, as in a demonstration, and not refused
   * @throws UncheckedIOException when it cannot be read
   * @throws IllegalStateException, naming it, when a purpose has no key, or when it is exposed
   */
  public static ServerKeysFile read(Path file, Set<Purpose> needed, boolean mayBeExposed) {
    try {
      mustBeItsOwners(file, mayBeExposed);
      FileTime at = Files.getLastModifiedTime(file);
      ServerKeys keys = neededOf(Files.readAllBytes(file), needed);
      return new ServerKeysFile(file, Set.copyOf(needed), mayBeExposed, keys, at);
    } catch (IOException e) {
      throw new UncheckedIOException("the server keys' file cannot be read", e);
    }
  }

  /**
   * From the environment: the file's text itself. These keys change with a restart alone.
   *
   * @param needed as {@link #read} takes them
   */
  public static ServerKeysFile ofText(String json, Set<Purpose> needed) {
    ServerKeys keys = neededOf(json.getBytes(StandardCharsets.UTF_8), needed);
    return new ServerKeysFile(null, Set.copyOf(needed), false, keys, null);
  }

  private static void mustBeItsOwners(Path file, boolean mayBeExposed) throws IOException {
    Optional<String> fault = FileModes.faultOf(file);
    if (fault.isPresent() && !mayBeExposed) {
      throw new ExposedKeysException(file, fault.get());
    }
    fault.ifPresent(
        words -> log.warn("The server keys' file {} {}: in production it is refused", file, words));
  }

  private static ServerKeys neededOf(byte[] json, Set<Purpose> needed) {
    ServerKeys given = ServerKeys.parse(json);
    return needed.isEmpty() ? given : given.only(needed);
  }

  @Override
  public ServerKeys get() {
    return keys;
  }

  /**
   * Reads the file again if it has changed; to be called about once a second.
   *
   * @return whether other keys are in use now
   * @throws RuntimeException when the changed file cannot be read; the keys in use stay
   */
  public synchronized boolean refresh() {
    if (file == null) {
      return false;
    }
    try {
      FileTime at = Files.getLastModifiedTime(file);
      if (at.equals(readAt)) {
        return false;
      }
      mustBeItsOwners(file, mayBeExposed);
      keys = neededOf(Files.readAllBytes(file), needed);
      readAt = at;
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("the server keys' file cannot be read", e);
    }
  }
}
