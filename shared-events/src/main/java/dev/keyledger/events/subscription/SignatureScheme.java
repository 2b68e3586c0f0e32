package dev.keyledger.events.subscription;

/** By what a subscriber knows who tells them: the first two are schemes of Standard Webhooks. */
public enum SignatureScheme {
  /** HMAC-SHA-256, by a secret that both know. */
  V1,
  /** Ed25519, of which the subscriber knows the public key alone. */
  V1A,
  /**
   * Security event tokens, signed by the platform's own key: what is kept as the subscription's
   * secret is what its receiver is shown with each, and may be empty.
   */
  RS256,
  /**
   * Nothing is signed: a collector knows the platform by the token that it is shown, which is kept
   * as the subscription's secret and empty where there is none, and is known by TLS itself.
   */
  NONE
}
