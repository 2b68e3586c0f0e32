package dev.keyledger.token.identity.people;

/** What a password or a code that was presented came to. */
public enum Verdict {
  RIGHT,
  /** A right code, but it or a later one was taken before. */
  REPLAYED,
  WRONG,
  /** The failure that locks: from now on, for a while, the right one is refused, too. */
  LOCKS,
  /** Right or wrong: it was locked already. */
  LOCKED
}
