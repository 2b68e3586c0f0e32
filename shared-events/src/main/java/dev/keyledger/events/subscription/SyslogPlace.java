package dev.keyledger.events.subscription;

import java.net.URI;

/**
 * Where a receiver of syslog is, as a subscription's URL has it.
 *
 * @param host a name, or an address, that of version 6 in brackets
 */
public record SyslogPlace(String host, int port) {
  /** Of syslog over TLS (RFC 5425, section 4.1). */
  public static final int PORT = 6514;

  /**
   * @throws IllegalArgumentException for the URL of anything else
   */
  public static SyslogPlace of(String url) {
    URI uri = URI.create(url);
    if (!url.startsWith(CollectorSettings.SYSLOG) || uri.getHost() == null || uri.getPort() <= 0) {
      throw new IllegalArgumentException("the URL of no receiver of syslog");
    }
    return new SyslogPlace(uri.getHost(), uri.getPort());
  }

  public String url() {
    return CollectorSettings.SYSLOG + host + ":" + port;
  }
}
