package dev.keyledger.delivery.sending;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.function.Predicate;
import org.apache.hc.client5.http.DnsResolver;

/**
 * Looks a host's name up once, at the moment of connecting, and gives the connection the very
 * addresses that were checked: a name that means another address a moment later changes nothing.
 */
final class CheckedAddresses implements DnsResolver {
  /** What names mean just now. */
  @FunctionalInterface
  interface Names {
    InetAddress[] lookUp(String host) throws UnknownHostException;
  }

  /** One of the addresses may not be connected to. Says neither which nor whose. */
  static final class ForbiddenAddressException extends UnknownHostException {
    ForbiddenAddressException() {
      super("an address that may not be connected to");
    }
  }

  private final LookUps lookUps;
  private final Predicate<InetAddress> allowed;

  CheckedAddresses(LookUps lookUps, Predicate<InetAddress> allowed) {
    this.lookUps = lookUps;
    this.allowed = allowed;
  }

  /**
   * @throws ForbiddenAddressException when one of them is not allowed: a name of a public and of a
   *     private address is nobody's by mistake
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] found = lookUps.of(host);
    if (!Arrays.stream(found).allMatch(allowed)) {
      throw new ForbiddenAddressException();
    }
    return found;
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
