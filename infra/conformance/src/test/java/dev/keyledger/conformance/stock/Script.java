package dev.keyledger.conformance.stock;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A script of the folder {@code stock}, or a program that was built there, as a process of its own,
 * which answers in lines of JSON. It is told everything by its environment, where others can't read
 * it, and ends with its input.
 */
final class Script implements AutoCloseable {
  static final Path FOLDER = Path.of("stock").toAbsolutePath();

  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final JsonMapper JSON = new JsonMapper();

  private final String name;
  private final Process process;
  private final BufferedWriter input;
  private final BufferedReader output;

  private Script(String name, Process process) {
    this.name = name;
    this.process = process;
    this.input = process.outputWriter(StandardCharsets.UTF_8);
    this.output = process.inputReader(StandardCharsets.UTF_8);
  }

  static Script start(String name, Map<String, String> environment) {
    return start(name, List.of(Tool.NODE.require().toString(), name), environment);
  }

  /** A program that needs no other. */
  static Script start(Tool program, Map<String, String> environment) {
    return start(program.title(), List.of(program.require().toString()), environment);
  }

  private static Script start(String name, List<String> command, Map<String, String> environment) {
    try {
      var builder = new ProcessBuilder(command);
      builder.directory(FOLDER.toFile());
      builder.environment().putAll(environment);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return new Script(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be started", e);
    }
  }

  /** The one line of a script that is given nothing more. */
  static JsonNode run(String name, Map<String, String> environment) {
    try (Script script = start(name, environment)) {
      return script.answer();
    }
  }

  JsonNode ask(String line) {
    try {
      input.write(line);
      input.newLine();
      input.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " takes no more", e);
    }
    return answer();
  }

  JsonNode answer() {
    try {
      String line =
          CompletableFuture.supplyAsync(this::readLine)
              .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
      if (line == null) {
        throw new AssertionError(name + " ended without an answer; what it said is above");
      }
      return JSON.readTree(line);
    } catch (TimeoutException | ExecutionException e) {
      throw new AssertionError(name + " gave no answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private @Nullable String readLine() {
    try {
      return output.readLine();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Its input's end is its own, so that it ends what it has started first. */
  @Override
  public void close() {
    try {
      input.close();
      if (!process.waitFor(10, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (IOException alreadyGone) {
      process.destroyForcibly();
    } catch (InterruptedException e) {
      process.destroyForcibly();
      Thread.currentThread().interrupt();
    }
  }
}
