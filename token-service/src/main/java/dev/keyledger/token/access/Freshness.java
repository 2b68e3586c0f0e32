package dev.keyledger.token.access;

/** Whether this replica knows enough to say yes to anybody. */
@FunctionalInterface
public interface Freshness {
  /**
   * True only while both hold: the last question for the topics' ends whose answer was applied was
   * asked less than {@code max-staleness} ago, and so was the last acknowledgement sent that the
   * broker has confirmed. While false, whatever would say yes answers 503 {@code not_fresh}.
   */
  boolean isFresh();
}
