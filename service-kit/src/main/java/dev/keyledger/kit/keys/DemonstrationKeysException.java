package dev.keyledger.kit.keys;

/** The server keys came with demonstration data: everybody knows them. */
final class DemonstrationKeysException extends IllegalStateException {
  DemonstrationKeysException() {
    super(
        "the server keys are the demonstration's, which protect nothing: use keys of your own, or"
            + " set keyledger.demonstration=true where nothing needs protection");
  }
}
