package dev.keyledger.kit.log;

import java.util.ArrayList;
import java.util.List;

/** Makes proofs about a tree of which all complete subtrees can be had, and checks them. */
public final class Proofs {
  private Proofs() {}

  /** The root of the tree of the first {@code size} leaves. */
  public static Hash root(long size, Subtrees tree) {
    return size == 0 ? Hash.OF_NOTHING : root(0, size, tree);
  }

  /** What has to be kept of the first {@code size} leaves to go on from there. */
  public static Frontier frontier(long size, Subtrees tree) {
    var hashes = new ArrayList<Hash>();
    long begin = 0;
    for (int height = 62; height >= 0; height--) {
      if ((size >>> height & 1) == 1) {
        hashes.add(tree.root(height, begin >>> height));
        begin += 1L << height;
      }
    }
    return new Frontier(size, hashes);
  }

  /**
   * That a leaf is in the tree (RFC 9162, section 2.1.3.1).
   *
   * @throws IllegalArgumentException where the tree has no such leaf
   */
  public static List<Hash> inclusion(long index, long size, Subtrees tree) {
    if (index < 0 || index >= size) {
      throw new IllegalArgumentException("The tree has no such leaf.");
    }
    var proof = new ArrayList<Hash>();
    inclusion(index, 0, size, tree, proof);
    return proof;
  }

  /**
   * That the tree of {@code size} leaves begins with the one of {@code oldSize} (RFC 9162, section
   * 2.1.4.1). Nothing has to be proven of the empty tree, nor of the same one.
   *
   * @throws IllegalArgumentException where the old one is larger
   */
  public static List<Hash> consistency(long oldSize, long size, Subtrees tree) {
    if (oldSize < 0 || oldSize > size) {
      throw new IllegalArgumentException("The old tree is larger.");
    }
    var proof = new ArrayList<Hash>();
    if (oldSize > 0 && oldSize < size) {
      consistency(oldSize, 0, size, true, tree, proof);
    }
    return proof;
  }

  /** RFC 9162, section 2.1.3.2. */
  public static boolean isIncluded(Hash leaf, long index, long size, List<Hash> proof, Hash root) {
    if (index < 0 || index >= size) {
      return false;
    }
    long node = index;
    long last = size - 1;
    Hash hash = leaf;
    for (Hash sibling : proof) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        hash = Hash.ofNode(sibling, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        hash = Hash.ofNode(hash, sibling);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && hash.equals(root);
  }

  /** RFC 9162, section 2.1.4.2; every tree begins with the empty one, and with itself. */
  public static boolean isConsistent(
      long oldSize, Hash oldRoot, long size, Hash root, List<Hash> proof) {
    if (oldSize < 0 || oldSize > size) {
      return false;
    }
    if (oldSize == 0 || oldSize == size) {
      return proof.isEmpty() && oldRoot.equals(oldSize == 0 ? Hash.OF_NOTHING : root);
    }
    boolean isWhole = Long.bitCount(oldSize) == 1;
    if (proof.isEmpty() && !isWhole) {
      return false;
    }
    int shift = Long.numberOfTrailingZeros(oldSize);
    long node = (oldSize - 1) >>> shift;
    long last = (size - 1) >>> shift;
    Hash oldHash = isWhole ? oldRoot : proof.getFirst();
    Hash hash = oldHash;
    for (Hash step : isWhole ? proof : proof.subList(1, proof.size())) {
      if (last == 0) {
        return false;
      }
      if ((node & 1) == 1 || node == last) {
        oldHash = Hash.ofNode(step, oldHash);
        hash = Hash.ofNode(step, hash);
        while ((node & 1) == 0 && node != 0) {
          node >>>= 1;
          last >>>= 1;
        }
      } else {
        hash = Hash.ofNode(hash, step);
      }
      node >>>= 1;
      last >>>= 1;
    }
    return last == 0 && oldHash.equals(oldRoot) && hash.equals(root);
  }

  // The tree of the leaves from begin, which a complete subtree can begin with, up to end.
  private static Hash root(long begin, long end, Subtrees tree) {
    long leaves = end - begin;
    if (Long.bitCount(leaves) == 1) {
      int height = Long.numberOfTrailingZeros(leaves);
      return tree.root(height, begin >>> height);
    }
    long left = Long.highestOneBit(leaves);
    return Hash.ofNode(root(begin, begin + left, tree), root(begin + left, end, tree));
  }

  private static void inclusion(long index, long begin, long end, Subtrees tree, List<Hash> proof) {
    if (end - begin == 1) {
      return;
    }
    long middle = begin + Long.highestOneBit(end - begin - 1);
    if (index < middle) {
      inclusion(index, begin, middle, tree, proof);
      proof.add(root(middle, end, tree));
    } else {
      inclusion(index, middle, end, tree, proof);
      proof.add(root(begin, middle, tree));
    }
  }

  private static void consistency(
      long oldEnd, long begin, long end, boolean isOldRoot, Subtrees tree, List<Hash> proof) {
    if (oldEnd == end) {
      if (!isOldRoot) {
        proof.add(root(begin, end, tree));
      }
      return;
    }
    long middle = begin + Long.highestOneBit(end - begin - 1);
    if (oldEnd <= middle) {
      consistency(oldEnd, begin, middle, isOldRoot, tree, proof);
      proof.add(root(middle, end, tree));
    } else {
      consistency(oldEnd, middle, end, false, tree, proof);
      proof.add(root(begin, middle, tree));
    }
  }
}
