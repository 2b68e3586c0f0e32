package dev.keyledger.query.versions;

import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import org.springframework.stereotype.Component;

/** How far what is shown may lie behind what was published, as this replica knows it. */
@Component
public final class ViewLag {
  private volatile Supplier<Optional<Duration>> told = Optional::empty;

  /**
   * @param source who looks after the views
   */
  public void toldBy(Supplier<Optional<Duration>> source) {
    told = source;
  }

  /**
   * All that was published so long ago is shown.
   *
   * @return empty while this replica hasn't learned yet where the topic ends
   */
  public Optional<Duration> now() {
    return told.get();
  }
}
