package dev.keyledger.events.subscription;

/** How a subscriber is told. */
public enum SubscriptionKind {
  /** Each event is posted to a URL, signed as Standard Webhooks says. */
  WEBHOOK
}
