package dev.keyledger.infra.servers;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A disk that is quickly full: a file system in memory, mounted where only one process and its
 * children see it. Its namespaces need no root, but a Linux that lets users make their own. What is
 * on it is gone when the process ends.
 */
final class SmallDisk {
  /**
   * The mount needs a namespace in which we are root; PostgreSQL runs in one in which we aren't.
   */
  private static final String MOUNT =
      """
      mount -t tmpfs -o size="$1"m,mode=0777 keyledger "$0" && shift && exec unshare -U -- "$@"
      """;

  private final Path place;
  private final int megabytes;

  private SmallDisk(Path place, int megabytes) {
    this.place = place;
    this.megabytes = megabytes;
  }

  /**
   * @param place a folder that is made if absent
   */
  static SmallDisk at(Path place, int megabytes) throws IOException {
    Files.createDirectories(place);
    return new SmallDisk(place, megabytes);
  }

  Path place() {
    return place;
  }

  /** The command, run where the disk is. */
  List<String> around(List<String> command) {
    var whole =
        new ArrayList<>(
            List.of(
                "unshare",
                "-Urm",
                "/bin/sh",
                "-c",
                MOUNT,
                place.toString(),
                Integer.toString(megabytes)));
    whole.addAll(command);
    return whole;
  }

  /** Whether this machine lets us have one. */
  boolean canBeHad() {
    try {
      Process trial =
          new ProcessBuilder(around(List.of("true")))
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return trial.waitFor(10, TimeUnit.SECONDS) && trial.exitValue() == 0;
    } catch (IOException noUnshare) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
