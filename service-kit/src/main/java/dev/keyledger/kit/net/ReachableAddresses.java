package dev.keyledger.kit.net;

import dev.keyledger.kit.decide.AddressRanges;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where the platform may send what a tenant asks for: to public addresses, and to private ones that
 * the operator names. Whatever a URL says, the rule holds of the address that is connected to: a
 * name may come to mean another one.
 */
public final class ReachableAddresses {
  /** Characters of a URL. */
  public static final int LONGEST_URL = 2_048;

  private final AddressRanges named;

  /**
   * @param named private networks that the operator lets tenants have called, as CIDRs or addresses
   * @throws IllegalArgumentException for what is no network
   */
  public ReachableAddresses(List<String> named) {
    this.named = AddressRanges.of(named);
  }

  /** Whether it may be connected to, by whichever name it was found. */
  public boolean allows(InetAddress address) {
    return PublicAddresses.isPublic(address) || isNamed(address);
  }

  /** Whether the operator named it: only there something may go unencrypted. */
  public boolean isNamed(InetAddress address) {
    return named.contains(address.getHostAddress());
  }

  /**
   * Why a tenant may not name this URL, as far as its text says so; empty where they may.
   *
   * @param url of which nothing is in the answer
   */
  public Optional<String> faultOf(String url) {
    if (url.length() > LONGEST_URL) {
      return Optional.of("at most " + LONGEST_URL + " characters");
    }
    if (!StandardCharsets.US_ASCII.newEncoder().canEncode(url)) {
      return Optional.of("in ASCII: other names as xn--…, other characters as %XX");
    }
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      return Optional.of("an absolute URL");
    }
    return Optional.ofNullable(faultOf(uri));
  }

  private @Nullable String faultOf(URI uri) {
    String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
    if (!scheme.equals("https") && !scheme.equals("http") || uri.getRawAuthority() == null) {
      return "an absolute URL that begins with https://";
    }
    if (uri.getRawAuthority().indexOf('@') >= 0) {
      return "without a user or password";
    }
    if (uri.getRawFragment() != null) {
      return "without a fragment";
    }
    if (uri.getHost() == null || uri.getPort() == 0 || uri.getPort() > 65_535) {
      return "with the name of a host, and a port of 1 to 65535 if any";
    }
    String host = uri.getHost().toLowerCase(Locale.ROOT);
    Optional<InetAddress> address = literal(host);
    if (PublicAddresses.isNumeric(host) && address.isEmpty()) {
      return "with an address that is one";
    }
    boolean isNamed = address.map(this::isNamed).orElse(false);
    if (address.isPresent() && !isNamed && !PublicAddresses.isPublic(address.get())) {
      return "with a public address";
    }
    return scheme.equals("https") || isNamed ? null : "an absolute URL that begins with https://";
  }

  /** A name that always means the machine itself counts as its address (RFC 6761, 6.3). */
  private static Optional<InetAddress> literal(String host) {
    String name = host.endsWith(".") ? host.substring(0, host.length() - 1) : host;
    if (name.equals("localhost") || name.endsWith(".localhost")) {
      return PublicAddresses.literal("127.0.0.1");
    }
    return PublicAddresses.literal(host);
  }
}
