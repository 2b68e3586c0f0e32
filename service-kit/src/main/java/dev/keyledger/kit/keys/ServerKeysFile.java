package dev.keyledger.kit.keys;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Server keys from a file, read again when the file changes, so that they succeed one another
 * without a restart. A change that cannot be read leaves the keys as they were; {@link #refresh}
 * says so.
 */
public final class ServerKeysFile implements Supplier<ServerKeys> {
  private final @Nullable Path file;
  private @Nullable FileTime readAt;
  private volatile ServerKeys keys;

  private ServerKeysFile(@Nullable Path file, ServerKeys keys, @Nullable FileTime readAt) {
    this.file = file;
    this.keys = keys;
    this.readAt = readAt;
  }

  /**
   * @throws UncheckedIOException when it cannot be read
   */
  public static ServerKeysFile read(Path file) {
    try {
      FileTime at = Files.getLastModifiedTime(file);
      return new ServerKeysFile(file, ServerKeys.parse(Files.readAllBytes(file)), at);
    } catch (IOException e) {
      throw new UncheckedIOException("the server keys' file cannot be read", e);
    }
  }

  /** From the environment: the file's text itself. These keys change with a restart alone. */
  public static ServerKeysFile ofText(String json) {
    return new ServerKeysFile(null, ServerKeys.parse(json.getBytes(StandardCharsets.UTF_8)), null);
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
      keys = ServerKeys.parse(Files.readAllBytes(file));
      readAt = at;
      return true;
    } catch (IOException e) {
      throw new UncheckedIOException("the server keys' file cannot be read", e);
    }
  }
}
