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
  private static final int LONGEST_CHAIN = 32;

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
    IPAddress address = addressOf(peer);
    return address != null && ranges.stream().anyMatch(r -> r.contains(address));
  }

  /**
   * The address of the client: the peer's own unless it is a trusted proxy, otherwise the rightmost
   * forwarded address that isn't one. What is no address ends the walk: then the nearest proxy that
   * was believed stands for the client.
   *
   * @param forwardedFor the header's lines, in order, each with comma-separated addresses
   */
  public String clientOf(String peer, List<String> forwardedFor) {
    String client = normalized(peer);
    if (ranges.isEmpty() || forwardedFor.isEmpty()) {
      return client;
    }
    String[] chain = String.join(",", forwardedFor).split(",", -1);
    for (int i = chain.length - 1; i >= Math.max(0, chain.length - LONGEST_CHAIN); i--) {
      if (!trusts(client)) {
        return client;
      }
      IPAddress next = addressOf(chain[i].strip());
      if (next == null) {
        return client;
      }
      client = next.toCanonicalString();
    }
    return client;
  }

  private static String normalized(String peer) {
    if (isCanonicalIpv4(peer)) {
      return peer;
    }
    IPAddress address = addressOf(peer);
    return address == null ? peer : address.toCanonicalString();
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

  /** One address, in brackets or without. */
  private static @Nullable IPAddress addressOf(String text) {
    String bare =
        text.startsWith("[") && text.endsWith("]") ? text.substring(1, text.length() - 1) : text;
    return AddressRange.address(bare);
  }
}
