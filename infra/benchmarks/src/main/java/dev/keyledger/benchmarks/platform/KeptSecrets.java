package dev.keyledger.benchmarks.platform;

import dev.keyledger.events.EventCodec;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.kit.keys.ServerKeys;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Map;
import java.util.function.Function;

/** What a kept cluster is opened with, beside it: a benchmark's own, of no use elsewhere. */
record KeptSecrets(ServerKeys serverKeys, Logins logins) {
  private record Stored(ServerKeys serverKeys, Map<String, String> passwords) {}

  static KeptSecrets in(Path folder, Function<SecureRandom, ServerKeys> newKeys) {
    Path file = folder.resolve("secrets.json");
    try {
      if (!Files.exists(file)) {
        Files.createDirectories(folder);
        var random = new SecureRandom();
        var stored = new Stored(newKeys.apply(random), Logins.random(random).passwords());
        Files.createFile(
            file,
            PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(file, EventCodec.encode(stored));
      }
      Stored stored = EventCodec.mapper().readValue(Files.readAllBytes(file), Stored.class);
      return new KeptSecrets(stored.serverKeys(), new Logins(stored.passwords()));
    } catch (IOException e) {
      throw new UncheckedIOException("the kept cluster's secrets", e);
    }
  }

  @Override
  public String toString() {
    return "[secrets of a kept cluster]";
  }
}
