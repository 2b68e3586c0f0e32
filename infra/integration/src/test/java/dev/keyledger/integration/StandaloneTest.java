package dev.keyledger.integration;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.ChildProcess;
import dev.keyledger.infra.servers.Servers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;

/** {@code ./keyledger up} as a new user has it: from an empty folder to lines that work. */
@DisabledIfSystemProperty(
    named = Servers.KIND,
    matches = "containers",
    disabledReason = "the runner has servers of its own")
class StandaloneTest {
  /** Away from the range that the system hands out, so that only this test takes them. */
  private static final int PORT = 18_400;

  @TempDir private Path folder;
  private final List<ChildProcess> runs = new ArrayList<>();

  @AfterEach
  void endRuns() {
    runs.forEach(ChildProcess::close);
  }

  @Test
  void fromAnEmptyFolderToLinesThatWorkAndBackToNothing() throws Exception {
    ChildProcess first = up("first");
    awaitReady(first);
    assertThat(tried(first)).contains("\"secret\":\"incrm_").contains("\"in_force\":true");
    Page readme = Page.read(Runner.home().resolve("README.md"));
    String printed = run(base() + readme.script());
    readme.assertPrinted(printed);
    assertThat(printed.lines())
        .anyMatch(line -> line.startsWith("{\"success\":true") && line.endsWith(" 200"))
        .containsSubsequence("older secret: 200", "newer secret: 200", "older secret: 401")
        .anyMatch(line -> line.startsWith("\"receipt\":") && line.contains("\"in_force\":true"))
        .anyMatch(line -> line.contains("API key has been revoked") && line.endsWith(" 401"))
        .anyMatch(line -> line.startsWith("{\"id\":\"key_") && line.contains("\"revoked\""))
        .anyMatch(line -> line.contains("key.created") && line.contains("the contractor left"));
    for (Path file : pagesForMovers()) {
      Page page = Page.read(file);
      page.assertPrinted(run(base() + page.script()));
    }
    List<ProcessHandle> processes = everythingBelow(first);
    assertThat(processes).hasSizeGreaterThanOrEqualTo(7);

    ProcessHandle gateway =
        Objects.requireNonNull(ChildProcess.leftBehind(folder.resolve("data/logs")).get("gateway"));
    gateway.destroyForcibly();
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(first.log()).contains("gateway again"));
    assertThat(Files.readString(first.log())).contains("gateway ended by itself (exit ");
    assertThat(tried(first)).contains("\"in_force\":true");
    processes = everythingBelow(first);

    ChildProcess another = up("another");
    await().atMost(Duration.ofSeconds(30)).until(() -> !another.isAlive());
    assertThat(another.exitCode()).isEqualTo(1);
    assertThat(Files.readString(another.log())).contains("is in use by another ./keyledger up");

    first.askToStop();
    await().atMost(Duration.ofSeconds(60)).until(() -> !first.isAlive());
    assertThat(processes).noneMatch(ProcessHandle::isAlive);

    ChildProcess second = up("second");
    awaitReady(second);
    assertThat(tried(second)).contains("\"secret\":\"incrm_").contains("\"in_force\":true");
    processes = everythingBelow(second);
    second.kill();
    List<ProcessHandle> left = processes;
    await()
        .atMost(Duration.ofSeconds(40))
        .until(() -> left.stream().noneMatch(ProcessHandle::isAlive));
  }

  private ChildProcess up(String name) {
    ChildProcess run =
        ChildProcess.start(
            "keyledger up",
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-XX:TieredStopAtLevel=1",
                "-Dkeyledger.home=" + Runner.home(),
                "-jar",
                Runner.jar().toString(),
                "up",
                "--port",
                Integer.toString(PORT),
                "--data",
                folder.resolve("data").toString()),
            Map.of(),
            "TERM",
            folder.resolve(name + ".log"));
    runs.add(run);
    return run;
  }

  private static void awaitReady(ChildProcess run) {
    await()
        .atMost(Duration.ofMinutes(5))
        .pollInterval(Duration.ofMillis(200))
        .until(
            () -> !run.isAlive() || Files.readString(run.log()).contains("Ctrl-C ends everything"));
    assertThat(run.isAlive()).as(() -> text(run.log())).isTrue();
  }

  /** What the printed lines print, in one shell, as a user would paste them. */
  private String tried(ChildProcess run) throws IOException, InterruptedException {
    String printed = Files.readString(run.log());
    String lines =
        printed.substring(printed.indexOf("TOKEN=$(curl"), printed.indexOf("Logs are in"));
    return run(lines);
  }

  private static String base() {
    return "BASE=http://localhost:" + PORT + "\n";
  }

  /** How to move here from each of the published systems. */
  private static List<Path> pagesForMovers() throws IOException {
    try (var files = Files.list(Runner.home().resolve("gateway/docs"))) {
      return files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
    }
  }

  private String run(String lines) throws IOException, InterruptedException {
    Path script =
        Files.writeString(folder.resolve("lines.sh"), lines.replace("./keyledger ", runner()));
    Process shell =
        new ProcessBuilder("bash", "-eu", script.toString()).redirectErrorStream(true).start();
    String output = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(shell.waitFor(60, TimeUnit.SECONDS)).isTrue();
    assertThat(shell.exitValue()).as(output).isZero();
    return output;
  }

  /** What the script comes to once everything is built, which in a test it may not be. */
  private static String runner() {
    return Path.of(System.getProperty("java.home"), "bin", "java")
        + " -Dkeyledger.home="
        + Runner.home()
        + " -jar "
        + Runner.jar()
        + " ";
  }

  private static List<ProcessHandle> everythingBelow(ChildProcess run) {
    return run.process().toHandle().descendants().toList();
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
