package dev.keyledger.events.subscription;

/** How a subscriber is told. */
public enum SubscriptionKind {
  /** Each event is posted to a URL, signed as Standard Webhooks says. */
  WEBHOOK,
  /** What concerns a session or a key as security event tokens: OpenID Shared Signals 1.0. */
  SSF
}
