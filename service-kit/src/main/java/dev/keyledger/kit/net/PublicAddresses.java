package dev.keyledger.kit.net;

import dev.keyledger.kit.decide.AddressRanges;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Addresses that anybody can reach, after IANA's registries of special-purpose addresses: none of a
 * machine's own, of a private network, of a link (where clouds keep their metadata), shared,
 * reserved, of documentation or multicast; nor any that carries such a one within.
 */
public final class PublicAddresses {
  private static final AddressRanges SPECIAL_V4 =
      AddressRanges.of(
          List.of(
              "0.0.0.0/8",
              "10.0.0.0/8",
              "100.64.0.0/10",
              "127.0.0.0/8",
              "169.254.0.0/16",
              "172.16.0.0/12",
              "192.0.0.0/24",
              "192.0.2.0/24",
              "192.88.99.0/24",
              "192.168.0.0/16",
              "198.18.0.0/15",
              "198.51.100.0/24",
              "203.0.113.0/24",
              "224.0.0.0/4",
              "240.0.0.0/4"));

  /** All that is given to networks of the world; nothing else is public. */
  private static final AddressRanges GLOBAL_V6 = AddressRanges.of(List.of("2000::/3"));

  /** Of those: protocols' own (Teredo among them), documentation, and 6to4. */
  private static final AddressRanges SPECIAL_V6 =
      AddressRanges.of(List.of("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"));

  /** IPv4 behind a translator (RFC 6052): as public as the address within. */
  private static final AddressRanges TRANSLATED = AddressRanges.of(List.of("64:ff9b::/96"));

  private static final Pattern NUMBER = Pattern.compile("0[xX][0-9a-fA-F]*|[0-9]+");

  private PublicAddresses() {}

  public static boolean isPublic(InetAddress address) {
    String text = address.getHostAddress();
    if (address instanceof Inet4Address) {
      return !SPECIAL_V4.contains(text);
    }
    byte[] bytes = address.getAddress();
    if (TRANSLATED.contains(text)) {
      return isPublic(addressOf(Arrays.copyOfRange(bytes, 12, 16)));
    }
    return GLOBAL_V6.contains(text) && !SPECIAL_V6.contains(text);
  }

  /** Whether a host is written as an address, well or badly: its last part is a number. */
  public static boolean isNumeric(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    return host.startsWith("[")
        || NUMBER.matcher(name.substring(name.lastIndexOf('.') + 1)).matches();
  }

  /**
   * The address that a URL's host says, in whatever spelling: in brackets, or as one to four
   * numbers, decimal, octal or hexadecimal, as {@code inet_aton} and browsers read them.
   *
   * @return empty for a name, and for what is no address
   */
  public static Optional<InetAddress> literal(String host) {
    if (host.startsWith("[") && host.endsWith("]")) {
      return v6(host.substring(1, host.length() - 1));
    }
    return isNumeric(host) ? Optional.ofNullable(v4(host)) : Optional.empty();
  }

  private static Optional<InetAddress> v6(String text) {
    // Anything else would be looked up as a name.
    if (text.indexOf(':') < 0 || text.indexOf('%') >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(InetAddress.getByName(text));
    } catch (UnknownHostException e) {
      return Optional.empty();
    }
  }

  private static @Nullable InetAddress v4(String host) {
    String[] parts =
        (host.endsWith(".") ? host.substring(0, host.length() - 1) : host).split("\\.", -1);
    if (parts.length > 4) {
      return null;
    }
    long address = 0;
    for (int i = 0; i < parts.length; i++) {
      long part = numberOf(parts[i]);
      boolean last = i == parts.length - 1;
      int bytes = last ? 5 - parts.length : 1;
      if (part < 0 || part >= 1L << (8 * bytes)) {
        return null;
      }
      address = address << (8 * bytes) | part;
    }
    return addressOf(
        new byte[] {
          (byte) (address >> 24), (byte) (address >> 16), (byte) (address >> 8), (byte) address
        });
  }

  /** -1 for what is none, or too large for any address. */
  private static long numberOf(String text) {
    if (!NUMBER.matcher(text).matches()) {
      return -1;
    }
    try {
      if (text.startsWith("0x") || text.startsWith("0X")) {
        return text.length() == 2 ? 0 : Long.parseLong(text.substring(2), 16);
      }
      return Long.parseLong(text, text.startsWith("0") && text.length() > 1 ? 8 : 10);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  private static InetAddress addressOf(byte[] bytes) {
    try {
      return InetAddress.getByAddress(bytes);
    } catch (UnknownHostException e) {
      throw new IllegalStateException("an address has four bytes, or sixteen", e);
    }
  }
}
