package dev.keyledger.kit.decide;

/** One secret of a key, of which the replica doesn't know the text. */
public interface SecretFacts {
  /** The key as it is now: read it once in a decision, so that the decision sees one state. */
  KeyFacts key();

  /** Names this secret among those of its key, in what was obtained with it. */
  String name();
}
