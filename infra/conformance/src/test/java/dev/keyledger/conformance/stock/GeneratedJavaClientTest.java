package dev.keyledger.conformance.stock;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.testing.People;
import dev.keyledger.testing.People.Member;
import dev.keyledger.testing.People.Organization;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A Java client that a generator makes of the description compiles, and does an admin's day. */
@Tag("stock")
class GeneratedJavaClientTest {
  /** Where the build puts the generator, and what its clients need. */
  private static final Path TOOLS = Path.of("target", "generator").toAbsolutePath();

  private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin");

  @TempDir Path folder;

  @Test
  void itCompilesAndDoesAnAdminsDay() throws Exception {
    Organization organization = StockCluster.get().people().liveOrganization("standard");
    Member owner = StockCluster.get().people().join(organization, "owner");
    Path document = folder.resolve("openapi.json");
    Files.writeString(document, StockCluster.get().gateway().get("/openapi.json").rawBody());

    run(
        List.of(
            JAVA.resolve("java").toString(),
            "-jar",
            one("openapi-generator-cli").toString(),
            "generate",
            "-g",
            "java",
            "--library",
            "native",
            "-i",
            document.toString(),
            "-o",
            folder.resolve("client").toString(),
            "--global-property",
            "apiTests=false,modelTests=false,apiDocs=false,modelDocs=false",
            "--additional-properties",
            "openApiNullable=false,useJakartaEe=true,annotationLibrary=none,documentationProvider=none,"
                + "apiPackage=generated.api,modelPackage=generated.model,invokerPackage=generated"));
    Path classes = Files.createDirectory(folder.resolve("classes"));
    var compiler =
        new ArrayList<>(
            List.of(
                JAVA.resolve("javac").toString(),
                "-nowarn",
                "-d",
                classes.toString(),
                "-cp",
                libraries()));
    try (Stream<Path> files = Files.walk(folder.resolve("client/src/main/java"))) {
      files
          .filter(file -> file.toString().endsWith(".java"))
          .map(Path::toString)
          .forEach(compiler::add);
    }
    compiler.add(Script.FOLDER.resolve("Day.java").toString());
    run(compiler);
    String said =
        run(
            List.of(
                JAVA.resolve("java").toString(),
                "-cp",
                classes + File.pathSeparator + libraries(),
                "Day",
                StockCluster.issuer(),
                owner.email(),
                organization.slug()));

    assertThat(said.strip())
        .isEqualTo(
            "active ok overlap in force Billing (EU) key.revoked key.renamed"
                + " key.rotation_completed key.rotated key.created");
  }

  private static Path one(String name) throws IOException {
    try (Stream<Path> files = Files.list(TOOLS)) {
      return files
          .filter(file -> file.getFileName().toString().startsWith(name))
          .findFirst()
          .orElseThrow(() -> new IllegalStateException("the build has put no " + name + " there"));
    }
  }

  private static String libraries() throws IOException {
    try (Stream<Path> files = Files.list(TOOLS)) {
      return files
          .map(Path::toString)
          .filter(file -> file.endsWith(".jar") && !file.contains("openapi-generator-cli"))
          .collect(Collectors.joining(File.pathSeparator));
    }
  }

  private static String run(List<String> command) throws IOException, InterruptedException {
    var builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().putAll(Map.of("PASSWORD", People.PASSWORD));
    Process process = builder.start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(command.getFirst() + " said: " + said).isZero();
    return said;
  }
}
