package dev.keyledger.benchmarks.load;

import dev.keyledger.events.EventCodec;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * The load process: a {@link LoadOrder} a line in, a {@link LoadResult} a line out. It lives
 * through all rounds, so that its own code is warm, and ends with its input.
 */
final class LoadGenerator {
  private LoadGenerator() {}

  public static void main(String[] arguments) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      LoadOrder order = EventCodec.decode(line.getBytes(StandardCharsets.UTF_8), LoadOrder.class);
      LoadResult result = new Round(order, System::nanoTime).run();
      out.println(new String(EventCodec.encode(result), StandardCharsets.UTF_8));
    }
  }
}
