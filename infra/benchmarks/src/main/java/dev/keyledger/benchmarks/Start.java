package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.platform.Platform;
import dev.keyledger.benchmarks.profile.FlightRecording;
import dev.keyledger.infra.services.Program;
import dev.keyledger.infra.services.ServiceProcess;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;

/**
 * One start of token-service on the topics as they are.
 *
 * @param seconds from the process's start to its readiness
 * @param liveBytes on its heap, after a full collection
 */
record Start(double seconds, double liveBytes) {
  private static final long PATIENCE_NANOS = 600_000_000_000L;

  /**
   * @throws IllegalStateException where it ends, or isn't ready within ten minutes
   */
  static Start of(Platform platform, Program program, List<String> jvm) {
    long startedAt = System.nanoTime();
    ServiceProcess process = platform.starting(program, jvm, Map.of());
    while (!process.isReady()) {
      if (!process.process().isAlive() || System.nanoTime() - startedAt > PATIENCE_NANOS) {
        throw new IllegalStateException("token-service did not become ready; see " + process.log());
      }
      LockSupport.parkNanos(10_000_000);
    }
    double seconds = (System.nanoTime() - startedAt) / 1e9;
    double live = liveBytes(process.process().pid());
    platform.stop(process);
    return new Start(seconds, live);
  }

  /** The histogram counts what a full collection leaves. */
  private static double liveBytes(long pid) {
    List<String> lines = FlightRecording.jcmd(pid, "GC.class_histogram");
    String total =
        lines.stream().filter(line -> line.startsWith("Total")).findFirst().orElseThrow();
    return Double.parseDouble(total.trim().split("\\s+")[2]);
  }
}
