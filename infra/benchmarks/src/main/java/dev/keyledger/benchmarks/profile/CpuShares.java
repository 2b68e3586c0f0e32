package dev.keyledger.benchmarks.profile;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** How many processors each process kept busy, its children included, while something ran. */
public final class CpuShares {
  private final Map<String, Long> pids;
  private final LongSupplier nanos;

  /**
   * @param pids by the name to show
   */
  public CpuShares(Map<String, Long> pids, LongSupplier nanos) {
    this.pids = new LinkedHashMap<>(pids);
    this.nanos = nanos;
  }

  /** For example {@code token-service 1.31 CPUs, load generator 0.52}. */
  public String during(Runnable load) {
    var before = new LinkedHashMap<String, Long>();
    pids.forEach((name, pid) -> before.put(name, usedBy(pid)));
    long startedAt = nanos.getAsLong();
    load.run();
    double elapsed = nanos.getAsLong() - startedAt;
    String shares =
        pids.entrySet().stream()
            .map(process -> {
              long used = usedBy(process.getValue()) - before.getOrDefault(process.getKey(), 0L);
              return String.format(Locale.ROOT, "%s %.2f", process.getKey(), used / elapsed);
            })
            .collect(Collectors.joining(", "));
    return "CPUs: " + shares;
  }

  private static long usedBy(long pid) {
    return ProcessHandle.of(pid)
        .map(handle ->
            Stream.concat(Stream.of(handle), handle.descendants())
                .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                .mapToLong(Duration::toNanos)
                .sum())
        .orElse(0L);
  }
}
