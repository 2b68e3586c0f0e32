package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Request;
import java.nio.charset.StandardCharsets;
import java.util.List;

/**
 * A request and how it is sent.
 *
 * @param request before it was parted into chunks
 * @param whats what has been done to it
 * @param bytes of it all
 * @param delivery how they are sent
 */
record Attempt(Request request, List<String> whats, byte[] bytes, Delivery delivery) {
  /** What a server reads of a request's lines, and of its body. */
  private static final int LARGEST_HEAD = 8 * 1024;

  private static final int LARGEST_BODY = 64 * 1024;

  enum Delivery {
    WHOLE,
    /** In many small packets. */
    PIECES,
    /** No HTTP any more, or not all of it, and nothing follows: not to be answered is fine too. */
    CUT,
  }

  boolean mustBeAnswered() {
    return delivery != Delivery.CUT;
  }

  /** Also where chunks or packets part it. */
  boolean contains(String text) {
    return new String(bytes, StandardCharsets.UTF_8).contains(text)
        || new String(request.body(), StandardCharsets.UTF_8).contains(text);
  }

  /** Whether a server may answer and hang up while it is still being sent. */
  boolean mayBeHungUpOn() {
    return delivery != Delivery.WHOLE
        || request.body().length > LARGEST_BODY
        || bytes.length - request.body().length > LARGEST_HEAD;
  }

  @Override
  public String toString() {
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    return delivery + " " + whats + "\n" + text.substring(0, Math.min(1_500, text.length()));
  }
}
