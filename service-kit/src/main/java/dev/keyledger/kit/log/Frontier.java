package dev.keyledger.kit.log;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * What has to be kept of a tree so that leaves can be appended and its root be told: the roots of
 * its largest complete subtrees, from left to right, one for each bit of its size.
 *
 * @param size number of leaves
 */
public record Frontier(long size, List<Hash> hashes) {
  public static final Frontier EMPTY = new Frontier(0, List.of());

  /** Hears of each complete subtree as its last leaf comes. */
  @FunctionalInterface
  public interface Completed {
    /**
     * @param height of the subtree, which has 2^height leaves; at least 1
     * @param index among those of its height, from the left
     */
    void subtree(int height, long index, Hash root);
  }

  /**
   * @throws IllegalArgumentException where there aren't as many hashes as a tree of this size has
   */
  public Frontier {
    if (size < 0 || Long.bitCount(size) != hashes.size()) {
      throw new IllegalArgumentException("A tree of " + size + " leaves has another frontier.");
    }
    hashes = List.copyOf(hashes);
  }

  /** As {@link #toBytes} wrote it. */
  public static Frontier of(long size, byte[] bytes) {
    if (bytes.length % Hash.LENGTH != 0) {
      throw new IllegalArgumentException("These are no hashes.");
    }
    var hashes = new ArrayList<Hash>(bytes.length / Hash.LENGTH);
    for (int at = 0; at < bytes.length; at += Hash.LENGTH) {
      hashes.add(new Hash(Arrays.copyOfRange(bytes, at, at + Hash.LENGTH)));
    }
    return new Frontier(size, hashes);
  }

  public byte[] toBytes() {
    var bytes = new byte[hashes.size() * Hash.LENGTH];
    for (int i = 0; i < hashes.size(); i++) {
      System.arraycopy(hashes.get(i).bytes(), 0, bytes, i * Hash.LENGTH, Hash.LENGTH);
    }
    return bytes;
  }

  public Frontier append(Hash leaf) {
    return append(leaf, (height, index, root) -> {});
  }

  public Frontier append(Hash leaf, Completed completed) {
    int merges = Long.numberOfTrailingZeros(~size);
    int kept = hashes.size() - merges;
    Hash last = leaf;
    for (int height = 1; height <= merges; height++) {
      last = Hash.ofNode(hashes.get(hashes.size() - height), last);
      completed.subtree(height, size >>> height, last);
    }
    var next = new ArrayList<Hash>(kept + 1);
    next.addAll(hashes.subList(0, kept));
    next.add(last);
    return new Frontier(size + 1, next);
  }

  public Hash root() {
    if (hashes.isEmpty()) {
      return Hash.OF_NOTHING;
    }
    Hash root = hashes.getLast();
    for (int i = hashes.size() - 2; i >= 0; i--) {
      root = Hash.ofNode(hashes.get(i), root);
    }
    return root;
  }
}
