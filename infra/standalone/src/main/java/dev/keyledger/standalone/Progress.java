package dev.keyledger.standalone;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;

/** One line per step that has been taken, with the seconds since the start. */
final class Progress {
  private final PrintWriter out;
  private final LongSupplier nanos;
  private final long start;

  Progress(PrintWriter out, LongSupplier nanos) {
    this.out = out;
    this.nanos = nanos;
    this.start = nanos.getAsLong();
  }

  synchronized void say(String text) {
    out.println(text);
    out.flush();
  }

  synchronized void done(String step) {
    out.printf(Locale.ROOT, "  %6.1f s  %s%n", seconds(), step);
    out.flush();
  }

  double seconds() {
    return (nanos.getAsLong() - start) / 1e9;
  }
}
