package dev.keyledger.delivery.subscription;

import java.util.Locale;

/** Whether anything is sent. */
public enum Standing {
  ACTIVE,
  /** What comes meanwhile waits. */
  PAUSED,
  /** What comes meanwhile is lost to it. */
  DISABLED,
  REMOVED;

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }

  static Standing of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }
}
