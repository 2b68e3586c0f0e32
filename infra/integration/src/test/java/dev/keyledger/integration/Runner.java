package dev.keyledger.integration;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What {@code ./keyledger} hands its commands to. */
final class Runner {
  private Runner() {}

  static Path home() {
    return Path.of("../..").toAbsolutePath().normalize();
  }

  static Path jar() {
    try (var files = Files.list(home().resolve("infra/standalone/target"))) {
      return files
          .filter(file -> file.getFileName().toString().matches("keyledger-standalone-.*\\.jar"))
          .findFirst()
          .orElseThrow();
    } catch (IOException e) {
      throw new UncheckedIOException("the runner has not been built", e);
    }
  }
}
