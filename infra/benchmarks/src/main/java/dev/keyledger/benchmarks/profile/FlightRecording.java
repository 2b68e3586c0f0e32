package dev.keyledger.benchmarks.profile;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import java.util.stream.Collectors;
import jdk.jfr.consumer.RecordedEvent;
import jdk.jfr.consumer.RecordedFrame;
import jdk.jfr.consumer.RecordedStackTrace;
import jdk.jfr.consumer.RecordingFile;

/**
 * Stacks of another JVM, sampled by its flight recorder during a round of its own: the rounds that
 * count run without it.
 */
public final class FlightRecording {
  /** By CPU time, in native code too (JEP 509): the older samples don't see the kernel's part. */
  private static final String SAMPLE = "jdk.CPUTimeSample";

  private static final String REST = "JDK and the rest";
  private static final int SHOWN = 5;

  private FlightRecording() {}

  /** Runs the load while the process is sampled, and says in a line where its CPU time went. */
  public static String during(long pid, DoubleSupplier load) {
    try {
      Path file = Files.createTempFile("keyledger-bench-", ".jfr");
      try {
        jcmd(
            pid,
            "JFR.start",
            "name=benchmark",
            "settings=none",
            "+" + SAMPLE + "#enabled=true",
            "+" + SAMPLE + "#throttle=5ms");
        if (load.getAsDouble() <= 0) {
          throw new IllegalStateException("nothing was done while sampling");
        }
        jcmd(pid, "JFR.stop", "name=benchmark", "filename=" + file);
        return summary(samplesIn(file));
      } finally {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no recording", e);
    }
  }

  /** A diagnostic command of the JDK, its answer in lines. */
  public static List<String> jcmd(long pid, String... command) {
    var whole = new ArrayList<String>();
    whole.add(Path.of(System.getProperty("java.home"), "bin", "jcmd").toString());
    whole.add(Long.toString(pid));
    whole.addAll(List.of(command));
    try {
      Process jcmd = new ProcessBuilder(whole).redirectErrorStream(true).start();
      List<String> lines;
      try (var reader = jcmd.inputReader()) {
        lines = reader.lines().toList();
      }
      if (!jcmd.waitFor(60, TimeUnit.SECONDS) || jcmd.exitValue() != 0) {
        throw new IllegalStateException(String.join(" ", whole) + ": " + lines);
      }
      return lines;
    } catch (IOException e) {
      throw new UncheckedIOException("jcmd could not be started", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for jcmd", e);
    }
  }

  private static Map<String, Integer> samplesIn(Path file) throws IOException {
    var samples = new HashMap<String, Integer>();
    for (RecordedEvent event : RecordingFile.readAllEvents(file)) {
      RecordedStackTrace stack = event.getStackTrace();
      boolean isSample = event.getEventType().getName().equals(SAMPLE);
      if (isSample && stack != null) {
        samples.merge(layerOf(stack), 1, Integer::sum);
      }
    }
    return samples;
  }

  // The innermost frame that belongs to a layer: a hash map's time is its user's.
  private static String layerOf(RecordedStackTrace stack) {
    for (RecordedFrame frame : stack.getFrames()) {
      var layer = Layer.of(frame.getMethod().getType().getName());
      if (layer.isPresent()) {
        return layer.get().title();
      }
    }
    return REST;
  }

  static String summary(Map<String, Integer> samples) {
    double all = samples.values().stream().mapToInt(Integer::intValue).sum();
    if (all == 0) {
      return "no samples";
    }
    return samples.entrySet().stream()
        .sorted(Map.Entry.<String, Integer>comparingByValue().reversed())
        .limit(SHOWN)
        .map(entry -> entry.getKey() + " " + Math.round(100 * entry.getValue() / all) + " %")
        .collect(Collectors.joining(", "));
  }
}
