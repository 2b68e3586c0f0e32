package dev.keyledger.query.versions;

/** Called right after each commit that moved a view version, on the thread that applied it. */
public interface AppliedListener {
  /**
   * @param events how many were applied; 0 where only the place in the topic moved
   */
  void applied(int events);
}
