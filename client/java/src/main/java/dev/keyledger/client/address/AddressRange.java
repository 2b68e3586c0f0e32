package dev.keyledger.client.address;

import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A range of addresses (CIDR). Bits behind the prefix don't count: {@code 10.0.0.1/24} is {@code
 * 10.0.0.0/24}. An address alone is the range of just that one; an IPv4 address written as IPv6
 * ({@code ::ffff:192.0.2.1}) is the IPv4 one. Spellings that others read differently are none:
 * leading zeros (octal to some), fewer than four numbers, more than four digits between colons,
 * wildcards, zones, brackets, ports, blanks.
 */
public final class AddressRange {
  private static final int LONGEST_ADDRESS = 45;
  private static final int MAPPED_PREFIX = 96;

  private static final IPAddressStringParameters STRICT =
      new IPAddressStringParameters.Builder()
          .allowEmpty(false)
          .allowAll(false)
          .allowSingleSegment(false)
          .allowMask(false)
          .allowPrefixOnly(false)
          .allowWildcardedSeparator(false)
          .setRangeOptions(RangeParameters.NO_RANGE)
          .getIPv4AddressParametersBuilder()
          .allow_inet_aton(false)
          .allowLeadingZeros(false)
          .allowUnlimitedLeadingZeros(false)
          .getParentBuilder()
          .getIPv6AddressParametersBuilder()
          .allowZone(false)
          .allowBase85(false)
          .allowUnlimitedLeadingZeros(false)
          .getEmbeddedIPv4AddressParametersBuilder()
          .allow_inet_aton(false)
          .allowLeadingZeros(false)
          .allowUnlimitedLeadingZeros(false)
          .getEmbeddedIPv4AddressParentBuilder()
          .getParentBuilder()
          .toParams();

  private final IPAddress block;

  private AddressRange(IPAddress block) {
    this.block = block;
  }

  /** Empty for text that is no range. */
  public static Optional<AddressRange> parse(String text) {
    int slash = text.indexOf('/');
    String address = slash < 0 ? text : text.substring(0, slash);
    if (!isMadeOfAddressCharacters(address) || slash >= 0 && !isLength(text, slash + 1)) {
      return Optional.empty();
    }
    IPAddress read = new IPAddressString(text, STRICT).getAddress();
    return read == null ? Optional.empty() : Optional.of(new AddressRange(blockOf(read)));
  }

  /**
   * @throws IllegalArgumentException naming the text when it is no range
   */
  public static AddressRange of(String text) {
    return parse(text)
        .orElseThrow(() -> new IllegalArgumentException("not an address range (CIDR): " + text));
  }

  /** One address, without a prefix length; {@code null} for text that is none. */
  public static @Nullable IPAddress address(String text) {
    if (!isMadeOfAddressCharacters(text)) {
      return null;
    }
    IPAddress read = new IPAddressString(text, STRICT).getAddress();
    return read == null ? null : unmapped(read);
  }

  /** Whether every address of the other is one of this. */
  public boolean containsAll(AddressRange other) {
    return block.contains(other.block);
  }

  private static boolean isMadeOfAddressCharacters(String text) {
    if (text.length() < 2 || text.length() > LONGEST_ADDRESS) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c != '.' && c != ':' && Character.digit(c, 16) < 0 || c > 'f') {
        return false;
      }
    }
    return true;
  }

  /** One to three digits, no needless zero; whether it is too long for its family is seen later. */
  private static boolean isLength(String text, int from) {
    int digits = text.length() - from;
    if (digits < 1 || digits > 3 || digits > 1 && text.charAt(from) == '0') {
      return false;
    }
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) < '0' || text.charAt(i) > '9') {
        return false;
      }
    }
    return true;
  }

  private static IPAddress blockOf(IPAddress read) {
    IPAddress address = unmapped(read);
    return address.isPrefixed() ? address.toPrefixBlock() : address;
  }

  private static IPAddress unmapped(IPAddress address) {
    Integer prefix = address.getNetworkPrefixLength();
    if (address.isIPv6()
        && address.toIPv6().isIPv4Mapped()
        && (prefix == null || prefix >= MAPPED_PREFIX)) {
      IPAddress plain = address.withoutPrefixLength().toIPv6().getEmbeddedIPv4Address();
      return prefix == null ? plain : plain.setPrefixLength(prefix - MAPPED_PREFIX, false);
    }
    return address;
  }

  /** All its addresses as one subnet, for tries. */
  public IPAddress block() {
    return block;
  }

  /** False also for text that is no address. */
  public boolean contains(String address) {
    IPAddress parsed = address(address);
    return parsed != null && contains(parsed);
  }

  /** Of one family only: no IPv4 address lies in an IPv6 range. */
  public boolean contains(IPAddress address) {
    return block.getIPVersion() == address.getIPVersion() && block.contains(address);
  }

  /** The network's first address and its prefix length; equal ranges are written equally. */
  @Override
  public String toString() {
    Integer prefix = block.getNetworkPrefixLength();
    return block.getLower().withoutPrefixLength().toCanonicalString()
        + "/"
        + (prefix == null ? block.getBitCount() : prefix);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof AddressRange range && toString().equals(range.toString());
  }

  @Override
  public int hashCode() {
    return toString().hashCode();
  }
}
