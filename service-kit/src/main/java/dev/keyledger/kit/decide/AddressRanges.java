package dev.keyledger.kit.decide;

import dev.keyledger.client.address.AddressRange;
import inet.ipaddr.IPAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Ranges, as {@link AddressRange} reads them, compiled for each address family into first and last
 * addresses, in order and apart from one another: many organisations have a list, and a range takes
 * eight or thirty-two bytes.
 */
public final class AddressRanges {
  private static final AddressRanges NONE = new AddressRanges(new byte[0], new byte[0]);

  private final byte[] four;
  private final byte[] six;

  private AddressRanges(byte[] four, byte[] six) {
    this.four = four;
    this.six = six;
  }

  private record Bounds(byte[] first, byte[] last) {
    static Bounds of(IPAddress block) {
      return new Bounds(block.getLower().getBytes(), block.getUpper().getBytes());
    }
  }

  /**
   * @throws IllegalArgumentException for text that is not a range: a list that cannot be read must
   *     not admit any client
   */
  public static AddressRanges of(List<String> cidrs) {
    if (cidrs.isEmpty()) {
      return NONE;
    }
    var four = new ArrayList<Bounds>();
    var six = new ArrayList<Bounds>();
    for (String cidr : cidrs) {
      IPAddress block = AddressRange.of(cidr).block();
      (block.isIPv4() ? four : six).add(Bounds.of(block));
    }
    return new AddressRanges(packed(four, 4), packed(six, 16));
  }

  private static byte[] packed(List<Bounds> ranges, int size) {
    ranges.sort((a, b) -> Arrays.compareUnsigned(a.first(), b.first()));
    var apart = new ArrayList<Bounds>();
    for (Bounds range : ranges) {
      Bounds before = apart.isEmpty() ? null : apart.getLast();
      if (before == null || Arrays.compareUnsigned(range.first(), before.last()) > 0) {
        apart.add(range);
      } else if (Arrays.compareUnsigned(range.last(), before.last()) > 0) {
        apart.set(apart.size() - 1, new Bounds(before.first(), range.last()));
      }
    }
    var bytes = new byte[apart.size() * 2 * size];
    int at = 0;
    for (Bounds range : apart) {
      System.arraycopy(range.first(), 0, bytes, at, size);
      System.arraycopy(range.last(), 0, bytes, at + size, size);
      at += 2 * size;
    }
    return bytes;
  }

  public boolean isEmpty() {
    return four.length == 0 && six.length == 0;
  }

  /** False also for text that is no address at all. */
  public boolean contains(String address) {
    IPAddress parsed = AddressRange.address(address);
    if (parsed == null) {
      return false;
    }
    return contains(parsed.isIPv4() ? four : six, parsed.getBytes());
  }

  // The last range that doesn't begin behind the address is the only one that may hold it.
  private static boolean contains(byte[] ranges, byte[] address) {
    int size = address.length;
    int low = 0;
    int high = ranges.length / (2 * size) - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      if (compare(ranges, middle * 2 * size, address) <= 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return high >= 0 && compare(ranges, (high * 2 + 1) * size, address) >= 0;
  }

  private static int compare(byte[] ranges, int at, byte[] address) {
    return Arrays.compareUnsigned(ranges, at, at + address.length, address, 0, address.length);
  }
}
