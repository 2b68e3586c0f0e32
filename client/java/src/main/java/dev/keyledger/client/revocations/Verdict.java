package dev.keyledger.client.revocations;

/** What the revocations say of a token that is otherwise good. */
public enum Verdict {
  /** Nothing ended it and nothing changed since it was issued. */
  LIVE,
  /** It has ended, for ever. */
  ENDED,
  /** Something that it rests on has changed: token-service has to say what it is worth now. */
  RECHECK
}
