package dev.keyledger.command.organization;

import dev.keyledger.client.address.AddressRange;
import java.util.LinkedHashSet;
import java.util.List;

/**
 * Ranges of addresses in canonical text, as {@link AddressRange} writes it, without repetitions.
 */
public record IpRanges(List<String> canonical) {
  private static final int MOST = 256;
  private static final String DETAIL = "each is an IPv4 or IPv6 address or CIDR range";

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
      AddressRange range =
          AddressRange.parse(text)
              .orElseThrow(() -> new Refusal.InvalidField(field, DETAIL).toException());
      canonical.add(range.toString());
    }
    return new IpRanges(List.copyOf(canonical));
  }
}
