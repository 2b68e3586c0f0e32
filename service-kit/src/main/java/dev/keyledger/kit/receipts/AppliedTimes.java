package dev.keyledger.kit.receipts;

import java.time.Duration;

/** Hears how long after its commit was seen a position was acknowledged. */
@FunctionalInterface
public interface AppliedTimes {
  /** For who doesn't want to know. */
  AppliedTimes NONE = (channel, after) -> {};

  /**
   * @param after nothing, where the acknowledgement was seen before the commit
   */
  void applied(Receipt.Channel channel, Duration after);
}
