package dev.keyledger.infra.servers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
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

  /** The child writes its own id before it becomes the program: none runs without it. */
  private static final String RECORD_ID =
      """
      echo $$ > "$0" && exec "$@"
      """;

  private static final String ID_SUFFIX = ".pid";

  /** A start is known to the second, and the clock may have been set a little since. */
  private static final Duration CLOCK_SLACK = Duration.ofSeconds(2);

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
   * @param log appended to; made with its folder if absent. The child's process id is kept beside
   *     it, for {@link #leftBehind}
   */
  public static ChildProcess start(
      String name,
      List<String> command,
      Map<String, String> environment,
      String stopSignal,
      Path log) {
    try {
      Path ownLog = log.toAbsolutePath();
      Files.createDirectories(ownLog.getParent());
      var recorded = new ArrayList<>(List.of("/bin/sh", "-c", RECORD_ID, idFile(ownLog)));
      recorded.addAll(command);
      var builder = new ProcessBuilder(inOwnSession(recorded));
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

  private static String idFile(Path log) {
    String name = log.getFileName().toString();
    return log.resolveSibling(name.replaceFirst("\\.log$", "") + ID_SUFFIX).toString();
  }

  /**
   * Processes that still run of those whose logs are in that folder, by the name of the log: what a
   * parent that was killed has left, until each has been ended by the shell beside it.
   */
  public static Map<String, ProcessHandle> leftBehind(Path logs) throws IOException {
    if (!Files.isDirectory(logs)) {
      return Map.of();
    }
    var running = new TreeMap<String, ProcessHandle>();
    try (var files = Files.newDirectoryStream(logs, "*" + ID_SUFFIX)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        recordedIn(file)
            .ifPresent(process ->
                running.put(name.substring(0, name.length() - ID_SUFFIX.length()), process));
      }
    }
    return running;
  }

  // Another process has got the same id since, if it started after the id was written down.
  private static Optional<ProcessHandle> recordedIn(Path file) throws IOException {
    String id = Files.readString(file).strip();
    if (!id.matches("[1-9][0-9]{0,17}")) {
      return Optional.empty();
    }
    Instant written = Files.getLastModifiedTime(file).toInstant();
    return ProcessHandle.of(Long.parseLong(id))
        .filter(ProcessHandle::isAlive)
        .filter(process ->
            process
                .info()
                .startInstant()
                .map(start -> start.isBefore(written.plus(CLOCK_SLACK)))
                .orElse(true));
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
