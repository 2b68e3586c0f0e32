package dev.keyledger.kit.log;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * Where the members of objects stand in what was written, innermost object last: numbers in arrays,
 * since a rebuild of the views sorts millions of small objects.
 */
final class WrittenMembers {
  private static final VarHandle BYTES =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.BIG_ENDIAN);

  private static final int PARTS = 3;
  private static final int USUAL = 32;

  /** So many are put in order by insertion, which needs no objects. */
  private static final int FEW = 32;

  /** Of each where it begins, where its name ends, and where it ends itself. */
  private int[] places = new int[PARTS * USUAL];

  /** How each name begins, so that most are told apart without a look at their bytes. */
  private long[] beginnings = new long[USUAL];

  private @Nullable String[] names = new @Nullable String[USUAL];
  private int count;

  int count() {
    return count;
  }

  /**
   * @param from of its name's first quotation mark
   * @param nameEnd behind its name's last character
   * @param to behind its value
   * @param name where it isn't all ASCII as it stands there; {@code null} where it is
   */
  void add(byte[] written, int from, int nameEnd, int to, @Nullable String name) {
    if (count == names.length) {
      names = Arrays.copyOf(names, count * 2);
      places = Arrays.copyOf(places, places.length * 2);
      beginnings = Arrays.copyOf(beginnings, beginnings.length * 2);
    }
    places[PARTS * count] = from;
    places[PARTS * count + 1] = nameEnd;
    places[PARTS * count + 2] = to;
    beginnings[count] = beginning(written, from + 1, nameEnd);
    names[count++] = name;
  }

  // Its first eight bytes, filled up with zeros, which no name has that is ASCII as it stands.
  private static long beginning(byte[] written, int from, int to) {
    if (to - from >= Long.BYTES) {
      return (long) BYTES.get(written, from);
    }
    long beginning = 0;
    for (int i = from; i < to; i++) {
      beginning = beginning << Byte.SIZE | written[i];
    }
    return beginning << Byte.SIZE * (Long.BYTES - to + from) % Long.SIZE;
  }

  /** An object has come to its end: its members are of no more use. */
  void forget(int first) {
    count = first;
  }

  int from(int member) {
    return places[PARTS * member];
  }

  int to(int member) {
    return places[PARTS * member + 2];
  }

  /** By UTF-16 code units, which of ASCII are its bytes. */
  int compare(byte[] written, int one, int other) {
    boolean ascii = names[one] == null && names[other] == null;
    if (ascii && beginnings[one] != beginnings[other]) {
      return Long.compareUnsigned(beginnings[one], beginnings[other]);
    }
    return ascii
        ? Arrays.compareUnsigned(
            written, from(one) + 1, nameEnd(one), written, from(other) + 1, nameEnd(other))
        : name(written, one).compareTo(name(written, other));
  }

  /** The members from that one on, in the order of their names. */
  int[] inOrder(byte[] written, int first) {
    if (count - first > FEW) {
      return IntStream.range(first, count)
          .boxed()
          .sorted((one, other) -> compare(written, one, other))
          .mapToInt(Integer::intValue)
          .toArray();
    }
    var order = new int[count - first];
    for (int i = 0; i < order.length; i++) {
      int member = first + i;
      int at = i;
      while (at > 0 && compare(written, order[at - 1], member) > 0) {
        order[at] = order[at - 1];
        at--;
      }
      order[at] = member;
    }
    return order;
  }

  private int nameEnd(int member) {
    return places[PARTS * member + 1];
  }

  private String name(byte[] written, int member) {
    String kept = names[member];
    return kept != null
        ? kept
        : new String(
            written,
            from(member) + 1,
            nameEnd(member) - from(member) - 1,
            StandardCharsets.US_ASCII);
  }
}
