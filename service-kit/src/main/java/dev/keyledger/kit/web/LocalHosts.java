package dev.keyledger.kit.web;

import java.util.Locale;

/** Names under which a machine speaks to itself, where nothing travels. */
public final class LocalHosts {
  private LocalHosts() {}

  /**
   * @param host as in the {@code Host} header, with or without a port or the root's dot
   */
  public static boolean contains(String host) {
    String name = host.replaceFirst("\\.?(:\\d*)?$", "").toLowerCase(Locale.ROOT);
    return name.equals("localhost")
        || name.endsWith(".localhost")
        || name.equals("127.0.0.1")
        || name.equals("[::1]");
  }
}
