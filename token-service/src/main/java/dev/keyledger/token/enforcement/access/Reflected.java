package dev.keyledger.token.enforcement.access;

/**
 * How far of the ledger any replica has reflected, kept where Kafka can't lose it: topics that hold
 * less were lost or set back, and a replica that begins on them would take what has ended for
 * alive.
 */
public interface Reflected {
  /** The highest index that was kept; -1 before the first. */
  long index();

  /** Keeps this one too; one that isn't higher changes nothing. */
  void raise(long index);
}
