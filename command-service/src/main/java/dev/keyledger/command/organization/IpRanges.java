package dev.keyledger.command.organization;

import inet.ipaddr.AddressStringException;
import inet.ipaddr.AddressStringParameters.RangeParameters;
import inet.ipaddr.IPAddress;
import inet.ipaddr.IPAddressString;
import inet.ipaddr.IPAddressStringParameters;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.regex.Pattern;

/**
 * Ranges of addresses in canonical text: the network's first address and its prefix length, without
 * repetitions. An address alone is the range of just that one; an IPv4 address written as IPv6
 * ({@code ::ffff:1.2.3.4}) is the IPv4 one.
 */
public record IpRanges(List<String> canonical) {
  private static final int MOST = 256;
  private static final int MAPPED_PREFIX = 96;
  private static final String DETAIL = "each is an IPv4 or IPv6 address or CIDR range";
  private static final Pattern FORM = Pattern.compile("[0-9A-Fa-f.:]{2,45}(/(0|[1-9][0-9]{0,2}))?");

  // Nothing but addresses and prefix lengths: no wildcards, no zones, no octal or joined segments.
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
          .getParentBuilder()
          .toParams();

  public IpRanges {
    canonical = List.copyOf(canonical);
  }

  /**
   * @throws RefusedException naming the field when one of the texts is no such range
   */
  public static IpRanges parse(String field, List<String> texts) {
    Fields.check(texts.size() <= MOST, field, "at most " + MOST + " ranges");
    var canonical = new LinkedHashSet<String>();
    for (String text : texts) {
      canonical.add(canonicalOf(field, text));
    }
    return new IpRanges(List.copyOf(canonical));
  }

  private static String canonicalOf(String field, String text) {
    Fields.check(FORM.matcher(text).matches(), field, DETAIL);
    try {
      IPAddress address = unmapped(new IPAddressString(text, STRICT).toAddress());
      Integer prefix = address.getNetworkPrefixLength();
      IPAddress network =
          prefix == null ? address : address.toPrefixBlock(prefix).getLower().withoutPrefixLength();
      return network.toCanonicalString() + "/" + (prefix == null ? address.getBitCount() : prefix);
    } catch (AddressStringException e) {
      throw new Refusal.InvalidField(field, DETAIL).toException();
    }
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
}
