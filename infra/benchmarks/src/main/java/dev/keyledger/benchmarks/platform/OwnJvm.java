package dev.keyledger.benchmarks.platform;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Another process on our own class path, spoken to by lines. It ends when its input does, hence
 * with us, however we end.
 */
public final class OwnJvm implements AutoCloseable {
  private final String name;
  private final Process process;
  private final PrintStream in;
  private final BufferedReader out;

  private OwnJvm(String name, Process process) {
    this.name = name;
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
    this.out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
  }

  public static OwnJvm start(String name, Class<?> main) {
    try {
      ProcessBuilder builder = of(main);
      builder.redirectError(ProcessBuilder.Redirect.INHERIT);
      return new OwnJvm(name, builder.start());
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be started", e);
    }
  }

  /** A process on our class path that isn't started yet. */
  public static ProcessBuilder of(Class<?> main) {
    // Surefire hides the class path in a jar's manifest and gives it in a property.
    String classPath =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    var builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx512m",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-Dlogback.configurationFile=benchmarks-logback.xml",
                main.getName()));
    builder.environment().put("CLASSPATH", classPath);
    return builder;
  }

  public String ask(String line) {
    in.println(line);
    return answer();
  }

  /** The next line that it prints. */
  public String answer() {
    try {
      String line = out.readLine();
      if (line == null) {
        throw new IllegalStateException(name + " ended without an answer");
      }
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " is gone", e);
    }
  }

  public long pid() {
    return process.pid();
  }

  @Override
  public void close() {
    in.close();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
