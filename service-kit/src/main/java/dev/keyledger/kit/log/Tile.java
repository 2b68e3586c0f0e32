package dev.keyledger.kit.log;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A row of consecutive hashes of one level (C2SP {@code tlog-tiles}): those of level 0 are leaves,
 * each of a higher one is the root of a full tile below it.
 *
 * @param level 0 to 63
 * @param index among those of its level, from the left
 * @param width how many hashes it has, 1 to {@link #FULL}
 */
public record Tile(int level, long index, int width) {
  public static final int FULL = 256;

  /** A full tile stands for a subtree of this height. */
  public static final int HEIGHT = 8;

  private static final int LEVELS = 64;

  private static final Pattern PATH =
      Pattern.compile("(0|[1-9]\\d?)/((?:x\\d{3}/){0,4}\\d{3})(?:\\.p/([1-9]\\d{0,2}))?");

  public Tile {
    if (level < 0 || level >= LEVELS || index < 0 || width < 1 || width > FULL) {
      throw new IllegalArgumentException("There is no such tile.");
    }
  }

  /**
   * @param path as it follows {@code tile/}: level, index in groups of three digits, and the width
   *     of a partial one
   * @return empty for a path that names no tile, or names it otherwise than the one way that there
   *     is
   */
  public static Optional<Tile> parse(String path) {
    Matcher matched = PATH.matcher(path);
    if (!matched.matches()) {
      return Optional.empty();
    }
    int level = Integer.parseInt(matched.group(1));
    int width = matched.group(3) == null ? FULL : Integer.parseInt(matched.group(3));
    if (level >= LEVELS || width > FULL || (width == FULL && matched.group(3) != null)) {
      return Optional.empty();
    }
    long index = Long.parseLong(matched.group(2).replaceAll("[x/]", ""));
    Tile tile = new Tile(level, index, width);
    return tile.path().equals(path) ? Optional.of(tile) : Optional.empty();
  }

  public String path() {
    String digits = String.valueOf(index);
    String padded = "0".repeat((3 - digits.length() % 3) % 3) + digits;
    var groups = new StringBuilder();
    for (int at = 0; at < padded.length(); at += 3) {
      boolean last = at + 3 == padded.length();
      groups.append(last ? "" : "x").append(padded, at, at + 3).append(last ? "" : "/");
    }
    return level + "/" + groups + (width == FULL ? "" : ".p/" + width);
  }

  /** Of its first hash, among all of its level. */
  public long first() {
    return index * FULL;
  }

  /** Whether a tree of this size has this tile whole. */
  public boolean isIn(long size) {
    int shift = level * HEIGHT;
    return shift < Long.SIZE - 1 && (size >>> shift) >= first() + width;
  }
}
