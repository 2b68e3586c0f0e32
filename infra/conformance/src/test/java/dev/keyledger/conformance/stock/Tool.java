package dev.keyledger.conformance.stock;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A program that isn't ours, and how it may be called on this machine. */
enum Tool {
  NODE("node"),
  NGINX("nginx"),
  GO("go"),
  KCAT("kcat"),
  CHROMIUM("chromium", "chromium-browser", "google-chrome"),
  NODE_PACKAGES() {
    @Override
    Optional<Path> find() {
      return Optional.of(Script.FOLDER.resolve("node_modules")).filter(Files::isDirectory);
    }

    @Override
    String title() {
      return "the npm packages";
    }
  },
  TYPESCRIPT_CLIENT() {
    @Override
    Optional<Path> find() {
      return Optional.of(DownstreamService.TYPESCRIPT)
          .filter(folder -> Files.exists(folder.resolve("dist/index.js")))
          .filter(folder -> Files.isDirectory(folder.resolve("node_modules")));
    }

    @Override
    String title() {
      return "the TypeScript client";
    }
  },
  /** Go's own checks of logs, built into a program. */
  LOG_VERIFIER() {
    @Override
    Optional<Path> find() {
      return Optional.of(Script.FOLDER.resolve("log-verifier/target/log-verifier"))
          .filter(Files::isExecutable);
    }

    @Override
    String title() {
      return "Go's log verifier";
    }
  },
  /** A service of its own build, by its classes and libraries. */
  SPRING_BOOT_3() {
    @Override
    Optional<Path> find() {
      Path target = Script.FOLDER.resolve("spring-boot-3/target");
      return Optional.of(target).filter(made -> Files.exists(made.resolve("made")));
    }

    @Override
    String title() {
      return "Boot 3.5";
    }
  };

  /** Where servers are installed, which an ordinary user's PATH may leave out. */
  private static final List<String> BESIDE_THE_PATH = List.of("/usr/sbin", "/usr/local/sbin");

  private final List<String> names;

  Tool(String... names) {
    this.names = List.of(names);
  }

  String title() {
    return names.getFirst();
  }

  Optional<Path> find() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return names.stream()
        .flatMap(name ->
            Stream.concat(Arrays.stream(path.split(File.pathSeparator)), BESIDE_THE_PATH.stream())
                .filter(folder -> !folder.isEmpty())
                .map(folder -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  Path require() {
    return find().orElseThrow(() -> new IllegalStateException(title() + " is not here"));
  }
}
