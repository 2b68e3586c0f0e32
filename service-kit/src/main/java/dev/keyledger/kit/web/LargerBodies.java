package dev.keyledger.kit.web;

import java.util.Map;

/**
 * What is sent at once where one request is of many things; anywhere else the usual bound holds.
 */
public final class LargerBodies {
  /** A thousand secrets that were found, with the places where they were. */
  private static final Map<String, Integer> BYTES = Map.of("/v1/leaks", 512 * 1024);

  private LargerBodies() {}

  /**
   * Bytes that one body at a path may have.
   *
   * @param path as it stands in the request line
   * @param usual the bound of any other
   */
  public static int mostAt(String path, int usual) {
    return Math.max(usual, BYTES.getOrDefault(path, 0));
  }
}
