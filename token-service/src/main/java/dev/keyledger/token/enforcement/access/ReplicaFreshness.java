package dev.keyledger.token.enforcement.access;

import java.time.Duration;

/** Whether this replica knows enough to accept a credential. */
public interface ReplicaFreshness {
  /**
   * True only while both hold: the last question for the topics' ends whose answer was applied was
   * asked less than {@code max-staleness} ago, and so was the last acknowledgement sent that the
   * broker has confirmed. While false, whatever would say yes answers 503 {@code not_fresh}.
   */
  boolean isFresh();

  /** How old the view may be at most; a very long time before the first. */
  Duration age();
}
