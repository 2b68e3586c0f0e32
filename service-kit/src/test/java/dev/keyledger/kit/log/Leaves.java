package dev.keyledger.kit.log;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.LongStream;

/** A tree of leaves that are all there, computed as RFC 9162, section 2.1.1, defines it. */
record Leaves(List<Hash> hashes) implements Subtrees {
  static Leaves numbered(long count) {
    return new Leaves(
        LongStream.range(0, count)
            .mapToObj(n -> Hash.ofLeaf(("entry " + n).getBytes(StandardCharsets.UTF_8)))
            .toList());
  }

  Hash root(int size) {
    return ofRange(0, size);
  }

  @Override
  public Hash root(int height, long index) {
    int from = Math.toIntExact(index << height);
    return ofRange(from, from + (1 << height));
  }

  private Hash ofRange(int from, int to) {
    if (from == to) {
      return Hash.OF_NOTHING;
    }
    if (to - from == 1) {
      return hashes.get(from);
    }
    int middle = from + Integer.highestOneBit(to - from - 1);
    return Hash.ofNode(ofRange(from, middle), ofRange(middle, to));
  }
}
