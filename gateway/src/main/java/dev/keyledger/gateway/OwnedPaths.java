package dev.keyledger.gateway;

/** Paths that somebody else answers than the service that a route names. */
public interface OwnedPaths {
  /**
   * @param path as it stands in the request line
   */
  boolean contains(String path);
}
