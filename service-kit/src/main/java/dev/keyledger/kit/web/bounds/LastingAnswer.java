package dev.keyledger.kit.web.bounds;

import jakarta.servlet.ServletRequest;

/**
 * An answer that goes on for as long as its client likes, such as a stream of events. It holds none
 * of the turns that others wait for: who gives such answers bounds them otherwise.
 */
public final class LastingAnswer {
  /** A request's attribute: what ends its turn, once or more often. */
  static final String TURN = LastingAnswer.class.getName() + ".turn";

  private LastingAnswer() {}

  /** From now on others may have the request's turn. */
  public static void begin(ServletRequest request) {
    if (request.getAttribute(TURN) instanceof Runnable end) {
      end.run();
    }
  }
}
