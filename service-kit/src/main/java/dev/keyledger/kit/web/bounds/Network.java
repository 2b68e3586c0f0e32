package dev.keyledger.kit.web.bounds;

import dev.keyledger.client.address.AddressRange;
import inet.ipaddr.IPAddress;
import org.jspecify.annotations.Nullable;

/**
 * What counts as one client where there is no credential yet, an IPv4 address or the 64 bits of an
 * IPv6 address that one customer is given; or a wider neighbourhood.
 *
 * @param name canonical
 */
public record Network(String name) {
  private static final int GIVEN_TO_ONE_CUSTOMER = 64;

  /**
   * @param address in any spelling; text that is none is a network of its own
   */
  public static Network of(String address) {
    if (address.indexOf(':') < 0) {
      return new Network(address);
    }
    IPAddress parsed = AddressRange.address(address);
    if (parsed == null) {
      return new Network(address);
    }
    return new Network(
        parsed.isIPv4()
            ? parsed.toCanonicalString()
            : parsed.toPrefixBlock(GIVEN_TO_ONE_CUSTOMER).toCanonicalString());
  }

  /**
   * What an address lies in.
   *
   * @param four bits of an IPv4 address that make out the network
   * @param six bits of an IPv6 address
   * @return {@code null} for text that is no address
   */
  public static @Nullable Network around(String address, int four, int six) {
    IPAddress parsed = AddressRange.address(address);
    return parsed == null
        ? null
        : new Network(parsed.toPrefixBlock(parsed.isIPv4() ? four : six).toCanonicalString());
  }

  public boolean isIpv4() {
    return name.indexOf(':') < 0;
  }
}
