package dev.keyledger.events.subscription;

/** By what a subscriber knows who tells them: the schemes of Standard Webhooks. */
public enum SignatureScheme {
  /** HMAC-SHA-256, by a secret that both know. */
  V1,
  /** Ed25519, of which the subscriber knows the public key alone. */
  V1A
}
