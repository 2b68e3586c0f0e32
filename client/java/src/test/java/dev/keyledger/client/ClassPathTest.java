package dev.keyledger.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.DataInputStream;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a tenant's service gets that embeds the client: this, and nothing else. */
class ClassPathTest {
  /** Java 17 (JVMS, table 4.1-A). */
  private static final int CLASS_FILE_OF_17 = 61;

  /** Written by the build: what comes along at run time, transitively. */
  private static final Path LISTED = Path.of("target/runtime-class-path.txt");

  @Test
  void theWholeRunTimeClassPathIsKnown() throws IOException {
    List<String> names =
        entries().stream().map(ClassPathTest::artifactOf).sorted().distinct().toList();
    System.out.println("The client's run-time class path: " + String.join(", ", names));
    assertThat(names)
        .containsExactly(
            "bcprov-jdk18on",
            "caffeine",
            "error_prone_annotations",
            "ipaddress",
            "jackson-annotations",
            "jackson-core",
            "jackson-databind",
            "jjwt-api",
            "jjwt-impl",
            "jspecify",
            "keyledger-shared-events",
            "slf4j-api");
  }

  @Test
  void noServerKeyAndNoPepperIsOnIt() throws IOException {
    assertThat(classesOf(ownCode()))
        .isNotEmpty()
        .noneMatch(file -> file.toString().matches(".*(ServerKey|Pepper|PersonKey).*"));
  }

  @Test
  void itsByteCodeIsThatOfJava17() throws IOException {
    for (Path file : classesOf(ownCode())) {
      try (var in = new DataInputStream(Files.newInputStream(file))) {
        assertThat(in.readInt()).isEqualTo(0xCAFEBABE);
        in.readUnsignedShort();
        assertThat(in.readUnsignedShort()).as(file.toString()).isEqualTo(CLASS_FILE_OF_17);
      }
    }
  }

  private static List<Path> ownCode() {
    return List.of(Path.of("target/classes"), Path.of("../../shared-events/target/classes"));
  }

  private static List<String> entries() throws IOException {
    return Stream.of(Files.readString(LISTED).strip().split(File.pathSeparator)).toList();
  }

  /** {@code jjwt-api-0.13.0.jar} is jjwt-api; a module of this build may be a folder still. */
  private static String artifactOf(String entry) {
    String name = Path.of(entry).getFileName().toString();
    return name.equals("classes")
        ? "keyledger-" + Path.of(entry).getParent().getParent().getFileName()
        : name.replaceFirst("-\\d.*", "");
  }

  private static List<Path> classesOf(List<Path> folders) {
    return folders.stream()
        .flatMap(ClassPathTest::walk)
        .filter(file -> file.toString().endsWith(".class"))
        .toList();
  }

  private static Stream<Path> walk(Path folder) {
    try (var files = Files.walk(folder)) {
      return files.toList().stream();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
