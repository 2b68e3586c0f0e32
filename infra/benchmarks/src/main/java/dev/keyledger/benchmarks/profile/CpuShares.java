package dev.keyledger.benchmarks.profile;

import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.function.DoubleFunction;
import java.util.function.DoubleSupplier;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * How many processors each process kept busy, its children included, while something ran, and what
 * that is for each operation: the one figure that hardly depends on what else the machine does.
 */
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

  /** For example {@code CPUs: token-service 1.31, load generator 0.52}. */
  public String during(Runnable load) {
    return shares(busyDuring(load), busy -> String.format(Locale.ROOT, "%.2f", busy));
  }

  /**
   * For example {@code CPUs: token-service 1.31 (41 µs), load generator 0.52 (16 µs)}.
   *
   * @param load its operations a second
   */
  public String perOperation(DoubleSupplier load) {
    var perSecond = new double[1];
    Map<String, Double> busy = busyDuring(() -> perSecond[0] = load.getAsDouble());
    return shares(
        busy, b -> String.format(Locale.ROOT, "%.2f (%.0f µs)", b, b * 1e6 / perSecond[0]));
  }

  private Map<String, Double> busyDuring(Runnable load) {
    var before = new LinkedHashMap<String, Long>();
    pids.forEach((name, pid) -> before.put(name, usedBy(pid)));
    long startedAt = nanos.getAsLong();
    load.run();
    double elapsed = nanos.getAsLong() - startedAt;
    var busy = new LinkedHashMap<String, Double>();
    pids.forEach(
        (name, pid) -> busy.put(name, (usedBy(pid) - before.getOrDefault(name, 0L)) / elapsed));
    return busy;
  }

  private static String shares(Map<String, Double> busy, DoubleFunction<String> shown) {
    return busy.entrySet().stream()
        .map(process -> process.getKey() + " " + shown.apply(process.getValue()))
        .collect(Collectors.joining(", ", "CPUs: ", ""));
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
