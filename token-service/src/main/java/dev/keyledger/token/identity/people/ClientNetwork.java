package dev.keyledger.token.identity.people;

import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;

/** What counts as one caller: an IPv4 address, or the 64 bits that an IPv6 subscriber gets. */
final class ClientNetwork {
  private static final int IPV6_NETWORK = 64;

  private ClientNetwork() {}

  static String of(String address) {
    IPAddress parsed = new IPAddressString(address).getAddress();
    if (parsed == null) {
      return address;
    }
    if (parsed.isIPv6() && parsed.toIPv6().isIPv4Mapped()) {
      return parsed.toIPv6().getEmbeddedIPv4Address().toCanonicalString();
    }
    return parsed.isIPv6()
        ? parsed.toPrefixBlock(IPV6_NETWORK).getLower().withoutPrefixLength().toCanonicalString()
        : parsed.toCanonicalString();
  }
}
