package dev.keyledger.integration.faults;

import dev.keyledger.infra.servers.EmbeddedKafka;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** What may become of a broker's disk while the broker is down. */
final class KafkaFolder {
  private KafkaFolder() {}

  static void empty(EmbeddedKafka kafka) {
    try (Stream<Path> files = Files.walk(kafka.data())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        if (!file.equals(kafka.data())) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * @param to where nothing is yet
   */
  static void copy(EmbeddedKafka kafka, Path to) {
    copy(kafka.data(), to);
  }

  static void setBack(EmbeddedKafka kafka, Path copy) {
    empty(kafka);
    copy(copy, kafka.data());
  }

  private static void copy(Path from, Path to) {
    try (Stream<Path> files = Files.walk(from)) {
      for (Path file : files.toList()) {
        Path target = to.resolve(from.relativize(file).toString());
        if (Files.isDirectory(file)) {
          Files.createDirectories(target);
        } else {
          Files.copy(file, target);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
