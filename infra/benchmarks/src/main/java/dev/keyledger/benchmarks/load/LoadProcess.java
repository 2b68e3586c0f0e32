package dev.keyledger.benchmarks.load;

import dev.keyledger.benchmarks.platform.OwnJvm;
import dev.keyledger.events.EventCodec;
import java.nio.charset.StandardCharsets;

/** The load generator's other end. */
public final class LoadProcess implements AutoCloseable {
  private final OwnJvm jvm;

  private LoadProcess(OwnJvm jvm) {
    this.jvm = jvm;
  }

  public static LoadProcess start() {
    return new LoadProcess(OwnJvm.start("load generator", LoadGenerator.class));
  }

  /** Returns when the round is over. Not for several threads at once. */
  public LoadResult run(LoadOrder order) {
    String answer = jvm.ask(new String(EventCodec.encode(order), StandardCharsets.UTF_8));
    return EventCodec.decode(answer.getBytes(StandardCharsets.UTF_8), LoadResult.class);
  }

  public long pid() {
    return jvm.pid();
  }

  @Override
  public void close() {
    jvm.close();
  }
}
