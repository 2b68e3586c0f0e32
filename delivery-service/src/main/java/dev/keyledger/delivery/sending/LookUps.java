package dev.keyledger.delivery.sending;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * What names mean just now: asked once at a time for each name, whoever waits for it, on threads
 * that may hang in the system's resolver, which can't be interrupted. A name server that is silent
 * takes one of them for each name, and a look-up that finds none left is told apart from a name
 * that isn't known.
 */
final class LookUps implements AutoCloseable {
  /** There is no thread left to ask on: that says nothing of the name. */
  static final class OverloadedException extends UnknownHostException {
    OverloadedException() {
      super("too many look-ups at once");
    }
  }

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final int MOST = 256;

  private final CheckedAddresses.Names names;
  private final Map<String, LookUp> underWay = new ConcurrentHashMap<>();
  private final ExecutorService threads =
      new ThreadPoolExecutor(
          0,
          MOST,
          10,
          TimeUnit.SECONDS,
          new SynchronousQueue<>(),
          Thread.ofPlatform().daemon().name("look-up-", 0).factory());

  LookUps(CheckedAddresses.Names names) {
    this.names = names;
  }

  private final class LookUp extends FutureTask<InetAddress[]> {
    private final String host;

    LookUp(String host) {
      super(() -> names.lookUp(host));
      this.host = host;
    }

    @Override
    protected void done() {
      underWay.remove(host, this);
    }
  }

  /**
   * @throws OverloadedException when it can't be asked now
   */
  InetAddress[] of(String host) throws UnknownHostException {
    try {
      return lookUp(host.toLowerCase(Locale.ROOT))
          .get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)
          .clone();
    } catch (CancellationException e) {
      throw new OverloadedException();
    } catch (ExecutionException | TimeoutException e) {
      throw new UnknownHostException("no address of that name");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new UnknownHostException("interrupted");
    }
  }

  private LookUp lookUp(String host) throws OverloadedException {
    var own = new LookUp(host);
    LookUp other = underWay.putIfAbsent(host, own);
    if (other != null) {
      return other;
    }
    try {
      threads.execute(own);
    } catch (RejectedExecutionException e) {
      // Whoever waits for this one hears it too.
      own.cancel(false);
      throw new OverloadedException();
    }
    return own;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
