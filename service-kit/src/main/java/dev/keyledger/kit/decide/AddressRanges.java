package dev.keyledger.kit.decide;

import dev.keyledger.client.address.AddressRange;
import inet.ipaddr.IPAddress;
import inet.ipaddr.ipv4.IPv4AddressTrie;
import inet.ipaddr.ipv6.IPv6AddressTrie;
import java.util.List;

/** Ranges, as {@link AddressRange} reads them, compiled into a trie for each address family. */
public final class AddressRanges {
  private final IPv4AddressTrie four = new IPv4AddressTrie();
  private final IPv6AddressTrie six = new IPv6AddressTrie();

  private AddressRanges() {}

  /**
   * @throws IllegalArgumentException for text that is not a range: a list that cannot be read must
   *     not admit any client
   */
  public static AddressRanges of(List<String> cidrs) {
    var ranges = new AddressRanges();
    for (String cidr : cidrs) {
      IPAddress block = AddressRange.of(cidr).block();
      if (block.isIPv4()) {
        ranges.four.add(block.toIPv4());
      } else {
        ranges.six.add(block.toIPv6());
      }
    }
    return ranges;
  }

  public boolean isEmpty() {
    return four.isEmpty() && six.isEmpty();
  }

  /** False also for text that is no address at all. */
  public boolean contains(String address) {
    IPAddress parsed = AddressRange.address(address);
    if (parsed == null) {
      return false;
    }
    return parsed.isIPv4()
        ? four.elementContains(parsed.toIPv4())
        : six.elementContains(parsed.toIPv6());
  }
}
