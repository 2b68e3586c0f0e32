package dev.keyledger.query.projection;

/** Told right after a commit that moved the views: somebody may be waiting for a position. */
public interface WhenAppliedThen {
  void applied();
}
