package dev.keyledger.infra.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * A process that doesn't outlive its parent, however the parent ends. A small shell beside it holds
 * the read end of a pipe from the parent: the pipe's end is the parent's end, {@code kill -9}
 * included, and the shell then ends the child. The child is in a session of its own, so that Ctrl-C
 * reaches only the parent, which ends its children in its own order.
 */
public final class ChildProcess implements AutoCloseable {
  /** Asks once, waits up to ten seconds, then insists. */
  private static final String WATCH =
      """
      trap '' INT TERM HUP
      read -r _
      kill -"$2" "$1" 2>/dev/null || exit 0
      i=0
      while [ $i -lt 100 ] && kill -0 "$1" 2>/dev/null; do sleep 0.1; i=$((i+1)); done
      kill -KILL "$1" 2>/dev/null
      """;

  private final String name;
  private final Process process;
  private final Process watch;
  private final String stopSignal;
  private final Path log;

  private ChildProcess(String name, Process process, Process watch, String stop, Path log) {
    this.name = name;
    this.process = process;
    this.watch = watch;
    this.stopSignal = stop;
    this.log = log;
  }

  /**
   * @param environment added to the parent's own; secrets belong here, never in the command, which
   *     everybody on the machine can see
   * @param stopSignal asks for an orderly end: {@code TERM}, or {@code INT} for PostgreSQL
   * @param log appended to; made with its folder if absent
   */
  public static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      String stopSignal,
      Path log) {
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      var builder = new ProcessBuilder(inOwnSession(command));
      builder.environment().putAll(environment);
      builder.redirectErrorStream(true);
      builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
      Process process = builder.start();
      process.getOutputStream().close();
      Process watch =
          new ProcessBuilder(
                  inOwnSession(
                      List.of(
                          "/bin/sh",
                          "-c",
                          WATCH,
                          "watch " + name,
                          Long.toString(process.pid()),
                          stopSignal)))
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start();
      var _ = process.onExit().thenRun(watch::destroyForcibly);
      return new ChildProcess(name, process, watch, stopSignal, log);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be started", e);
    }
  }

  private static List<String> inOwnSession(List<String> command) {
    Path setsid = Path.of("/usr/bin/setsid");
    if (!Files.isExecutable(setsid)) {
      return command;
    }
    var whole = new ArrayList<String>();
    whole.add(setsid.toString());
    whole.addAll(command);
    return whole;
  }

  public String name() {
    return name;
  }

  public long pid() {
    return process.pid();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public Path log() {
    return log;
  }

  /** Only of a process that has ended. */
  public int exitCode() {
    return process.exitValue();
  }

  public Process process() {
    return process;
  }

  /** As {@code kill -9}: no farewell. Returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    await(Duration.ofSeconds(10));
  }

  /** As {@code kill -STOP}: it holds still until {@link #resume}. */
  public void pause() {
    signal("STOP");
  }

  public void resume() {
    signal("CONT");
  }

  /** Sends a signal by its name without {@code SIG}. */
  public void signal(String signal) {
    if (!process.isAlive()) {
      return;
    }
    try {
      new ProcessBuilder("kill", "-" + signal, Long.toString(process.pid()))
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException e) {
      throw new UncheckedIOException("no signal could be sent to " + name, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Asks for an orderly end without waiting for it. */
  public void askToStop() {
    signal(stopSignal);
  }

  /** An orderly end within the time given, or a forced one after it. */
  public void stop(Duration patience) {
    if (process.isAlive()) {
      askToStop();
      if (!await(patience)) {
        kill();
      }
    }
    watch.destroyForcibly();
  }

  private boolean await(Duration patience) {
    try {
      return process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Override
  public void close() {
    stop(Duration.ofSeconds(10));
  }
}
