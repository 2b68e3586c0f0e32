package dev.keyledger.events.subscription;

/** How a subscriber is told. */
public enum SubscriptionKind {
  /** Each event is posted to a URL, signed as Standard Webhooks says. */
  WEBHOOK,
  /** What concerns a session or a key as security event tokens: OpenID Shared Signals 1.0. */
  SSF,
  /** History as events of OCSF, to Splunk's HTTP Event Collector. */
  SPLUNK_HEC,
  /** The same, as messages of RFC 5424 over TLS (RFC 5425). */
  SYSLOG;

  /** Whether it is a collector: sent history in batches, as far as it has taken it. */
  public boolean isCollector() {
    return this == SPLUNK_HEC || this == SYSLOG;
  }
}
