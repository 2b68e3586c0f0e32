package dev.keyledger.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** {@code ./keyledger} tells what it takes, and starts nothing while it does. */
class CommandLineTest {
  @TempDir Path folder;

  private record Outcome(int status, String text) {}

  /** A copy of the script alone, beside which there is nothing that it could build or start. */
  private Outcome run(String... arguments) throws IOException, InterruptedException {
    Path script = folder.resolve("keyledger");
    if (!Files.exists(script)) {
      Files.copy(Path.of("../../keyledger"), script);
    }
    var command = new ArrayList<String>();
    command.add("bash");
    command.add(script.toString());
    command.addAll(List.of(arguments));
    Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
    return new Outcome(process.exitValue(), text);
  }

  @ParameterizedTest
  @ValueSource(strings = {"up", "test", "build", "bench", "keys", "migrate", "topics", "witness"})
  void eachCommandTellsWhatItTakes(String command) throws Exception {
    Outcome asked = run(command, "--help");
    assertThat(asked.status()).isZero();
    assertThat(asked.text()).startsWith("Usage: ./keyledger " + command);
    assertThat(run("help", command)).isEqualTo(asked);
    assertThat(folder.resolve("target")).doesNotExist();
  }

  @Test
  void anUnknownCommandIsNamed() throws Exception {
    for (Outcome outcome : List.of(run("fly"), run("fly", "--help"), run("help", "fly"))) {
      assertThat(outcome.status()).isEqualTo(1);
      assertThat(outcome.text()).contains("there is no command fly.");
    }
  }

  @Test
  void aFileInTheWayOfAFolderIsNamed() throws Exception {
    Files.writeString(folder.resolve("target"), "in the way");
    Outcome outcome = run("build");
    assertThat(outcome.status()).isEqualTo(1);
    assertThat(outcome.text()).contains("target is a file where a folder is needed.");
  }
}
