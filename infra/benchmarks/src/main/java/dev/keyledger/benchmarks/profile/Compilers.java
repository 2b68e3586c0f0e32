package dev.keyledger.benchmarks.profile;

import java.util.List;
import java.util.function.LongSupplier;

/** How long the JIT compilers of other JVMs were at work. */
public final class Compilers {
  private final LongSupplier compiled;
  private final LongSupplier nanos;
  private long compiledBefore;
  private long askedAt;

  /**
   * @param pids of JVMs of this user's
   */
  public Compilers(List<Long> pids, LongSupplier nanos) {
    this(() -> compiledBy(pids), nanos);
  }

  /**
   * @param compiled nanoseconds of all the compilers so far
   */
  Compilers(LongSupplier compiled, LongSupplier nanos) {
    this.compiled = compiled;
    this.nanos = nanos;
    compiledBefore = compiled.getAsLong();
    askedAt = nanos.getAsLong();
  }

  /**
   * Since the question before.
   *
   * @return 1 where on average one of all their compiler threads had something to do
   */
  public double busy() {
    long compiledNow = compiled.getAsLong();
    long now = nanos.getAsLong();
    double busy = (double) (compiledNow - compiledBefore) / Math.max(1, now - askedAt);
    compiledBefore = compiledNow;
    askedAt = now;
    return busy;
  }

  static long compiledBy(List<Long> pids) {
    return pids.stream()
        .mapToLong(pid -> nanosIn(FlightRecording.jcmd(pid, "PerfCounter.print")))
        .sum();
  }

  /** From what a JVM says of itself: its compilers' times, in ticks of which it says the length. */
  static long nanosIn(List<String> counters) {
    double ticks = value(counters, "sun.ci.standardTime") + value(counters, "sun.ci.osrTime");
    return Math.round(ticks * 1e9 / value(counters, "sun.os.hrt.frequency"));
  }

  private static double value(List<String> counters, String name) {
    return counters.stream()
        .filter(line -> line.startsWith(name + "="))
        .mapToDouble(line -> Double.parseDouble(line.substring(name.length() + 1)))
        .findFirst()
        .orElseThrow(() -> new IllegalStateException("this JVM does not count " + name));
  }
}
