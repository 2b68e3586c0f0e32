package dev.keyledger.subscriber.web;

import java.io.IOException;

/** More was sent than a body may hold; thrown while it is read, where its length was not told. */
final class BodyTooLargeException extends IOException {
  BodyTooLargeException(long maximum) {
    super("a body has at most " + maximum + " bytes");
  }
}
