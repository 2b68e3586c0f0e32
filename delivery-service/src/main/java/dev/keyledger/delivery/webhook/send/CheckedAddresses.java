package dev.keyledger.delivery.webhook.send;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
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

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST_LOOKUPS = 256;

  private final Names names;
  private final Predicate<InetAddress> allowed;
  private final ExecutorService lookups;

  CheckedAddresses(Names names, Predicate<InetAddress> allowed, ExecutorService lookups) {
    this.names = names;
    this.allowed = allowed;
    this.lookups = lookups;
  }

  /** Threads that may hang in the system's resolver, which can't be interrupted. */
  static ExecutorService lookups() {
    return new ThreadPoolExecutor(
        0,
        MOST_LOOKUPS,
        10,
        TimeUnit.SECONDS,
        new SynchronousQueue<>(),
        Thread.ofPlatform().daemon().name("look-up-", 0).factory());
  }

  /**
   * @throws ForbiddenAddressException when one of them is not allowed: a name of a public and of a
   *     private address is nobody's by mistake
   */
  @Override
  public InetAddress[] resolve(String host) throws UnknownHostException {
    InetAddress[] found = lookUp(host);
    if (!Arrays.stream(found).allMatch(allowed)) {
      throw new ForbiddenAddressException();
    }
    return found;
  }

  private InetAddress[] lookUp(String host) throws UnknownHostException {
    Future<InetAddress[]> lookup;
    try {
      lookup = lookups.submit(() -> names.lookUp(host));
    } catch (RejectedExecutionException e) {
      throw new UnknownHostException("too many look-ups at once");
    }
    try {
      return lookup.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new UnknownHostException("no address of that name");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted");
    }
  }

  @Override
  public String resolveCanonicalHostname(String host) {
    return host;
  }
}
