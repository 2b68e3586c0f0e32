package dev.keyledger.client;

import dev.keyledger.client.address.AddressRange;
import inet.ipaddr.IPAddress;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Whose word counts about where a request came from. {@code X-Forwarded-For} is read from the
 * right, since everything left of the last trusted proxy's word is the client's own invention.
 */
public final class TrustedProxies {
  /** A client whose address nobody that is believed has told: it satisfies no allowlist. */
  private static final String UNKNOWN = "";

  private static final int LONGEST_CHAIN = 32;
  private static final int HIGHEST_PORT = 65_535;

  private final List<AddressRange> ranges;

  /**
   * @param cidrs as {@link AddressRange} reads them
   * @throws IllegalArgumentException naming the text that is no range
   */
  public TrustedProxies(List<String> cidrs) {
    this.ranges = cidrs.stream().map(AddressRange::of).toList();
  }

  public boolean trusts(String peer) {
    if (ranges.isEmpty()) {
      return false;
    }
    IPAddress address = AddressRange.address(withoutZone(peer));
    return address != null && ranges.stream().anyMatch(r -> r.contains(address));
  }

  /**
   * The address of the client, in canonical text: the peer's own unless it is a trusted proxy,
   * otherwise the rightmost forwarded address that isn't one. It may have brackets and a port. What
   * is no address there ends the walk and is nobody's: it never stands for the proxy that told it.
   *
   * @param forwardedFor the header's lines, in order, each with comma-separated addresses
   * @return empty where it can't be told, as {@link RequestContext} has it
   */
  public String clientOf(String peer, List<String> forwardedFor) {
    String client = normalized(peer);
    if (ranges.isEmpty() || forwardedFor.isEmpty()) {
      return client;
    }
    String[] chain = String.join(",", forwardedFor).split(",", -1);
    for (int i = chain.length - 1; i >= 0; i--) {
      if (!trusts(client)) {
        return client;
      }
      IPAddress next = chain.length - i > LONGEST_CHAIN ? null : forwarded(chain[i].strip());
      if (next == null) {
        return UNKNOWN;
      }
      client = next.toCanonicalString();
    }
    return client;
  }

  private static String normalized(String peer) {
    if (isCanonicalIpv4(peer)) {
      return peer;
    }
    IPAddress address = AddressRange.address(withoutZone(peer));
    return address == null ? UNKNOWN : address.toCanonicalString();
  }

  // A connection's own end may be named with the interface that it came in by.
  private static String withoutZone(String peer) {
    int zone = peer.indexOf('%');
    return zone < 0 ? peer : peer.substring(0, zone);
  }

  /** Four numbers, none with a leading zero: what most peers are, without the parser's cost. */
  private static boolean isCanonicalIpv4(String text) {
    int numbers = 1;
    int number = -1;
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '.' && number >= 0) {
        numbers++;
        number = -1;
      } else if (c >= '0' && c <= '9' && number != 0) {
        number = Math.max(0, number) * 10 + c - '0';
        if (number > 255) {
          return false;
        }
      } else {
        return false;
      }
    }
    return numbers == 4 && number >= 0;
  }

  /** {@code 192.0.2.1}, {@code 192.0.2.1:80}, {@code 2001:db8::1}, {@code [2001:db8::1]:80}. */
  private static @Nullable IPAddress forwarded(String text) {
    int behind = text.lastIndexOf(':');
    if (text.startsWith("[")) {
      int end = text.indexOf(']');
      boolean whole = end == text.length() - 1 || end + 1 == behind && isPort(text, behind + 1);
      // Only what has colons of its own stands in brackets.
      int colon = text.indexOf(':');
      return whole && colon > 0 && colon < end
          ? AddressRange.address(text.substring(1, end))
          : null;
    }
    boolean hasPort = behind >= 0 && text.indexOf(':') == behind;
    if (!hasPort) {
      return AddressRange.address(text);
    }
    return isPort(text, behind + 1) ? AddressRange.address(text.substring(0, behind)) : null;
  }

  /** 1 to 65535, without a leading zero. */
  private static boolean isPort(String text, int from) {
    int port = 0;
    for (int i = from; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c < '0' || c > '9' || port == 0 && c == '0') {
        return false;
      }
      port = port * 10 + c - '0';
      if (port > HIGHEST_PORT) {
        return false;
      }
    }
    return port > 0;
  }
}
