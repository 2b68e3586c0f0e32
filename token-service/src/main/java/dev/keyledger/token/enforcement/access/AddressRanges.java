package dev.keyledger.token.enforcement.access;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.ipv4.IPv4AddressTrie;
import inet.ipaddr.ipv6.IPv6AddressTrie;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * CIDR ranges compiled into a trie for each address family. An IPv4 address written as IPv6 ({@code
 * ::ffff:192.0.2.1}) is the IPv4 address that it is.
 */
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
      IPAddress range = parse(cidr);
      if (range == null) {
        throw new IllegalArgumentException("not a CIDR range");
      }
      IPAddress block = range.isPrefixed() ? range.toPrefixBlock() : range;
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
    IPAddress parsed = parse(address);
    if (parsed == null || parsed.isMultiple()) {
      return false;
    }
    return parsed.isIPv4()
        ? four.elementContains(parsed.toIPv4())
        : six.elementContains(parsed.toIPv6());
  }

  private static @Nullable IPAddress parse(String text) {
    if (text.isBlank()) {
      return null;
    }
    IPAddress address = new IPAddressString(text).getAddress();
    if (address != null && address.isIPv6() && address.toIPv6().isIPv4Mapped()) {
      return address.toIPv6().getEmbeddedIPv4Address();
    }
    return address;
  }
}
