package dev.keyledger.kit.web;

import java.io.IOException;

/** More was sent than a body may hold; thrown while it is read, where its length was not told. */
public final class BodyTooLargeException extends IOException {
  BodyTooLargeException(long maximum) {
    super("a body has at most " + maximum + " bytes");
  }

  public Problem problem() {
    return BodyFilter.tooLarge();
  }
}
