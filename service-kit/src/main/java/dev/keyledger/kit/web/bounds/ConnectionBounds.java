package dev.keyledger.kit.web.bounds;

import dev.keyledger.client.TrustedProxies;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Shares connections among networks and closes those whose head doesn't end. Jetty's own time-outs
 * are of idleness, which a byte now and then puts off for ever; when a head began is known to the
 * connection's parser alone, a class of the server's own.
 */
final class ConnectionBounds extends AbstractLifeCycle implements Connection.Listener {
  private final FairShare<Network> share;
  private final TrustedProxies proxies;
  private final long deadline;
  private final LongSupplier nanoTime;
  private final Scheduler scheduler;
  private final Map<HttpConnection, Opened> open = new ConcurrentHashMap<>();

  private record Opened(Network network, long at) {}

  ConnectionBounds(
      int connections,
      Duration headDeadline,
      TrustedProxies proxies,
      LongSupplier nanoTime,
      Scheduler scheduler) {
    this.share = new FairShare<>(connections);
    this.proxies = proxies;
    this.deadline = headDeadline.toNanos();
    this.nanoTime = nanoTime;
    this.scheduler = scheduler;
  }

  @Override
  protected void doStart() {
    lookLater();
  }

  @Override
  public void onOpened(Connection connection) {
    if (!(connection instanceof HttpConnection http)) {
      return;
    }
    String peer = addressOf(http);
    Network network = Network.of(peer);
    boolean admitted =
        proxies.trusts(peer) ? share.tryTakeOfAll(network, 1) : share.tryTake(network, 1);
    if (admitted) {
      open.put(http, new Opened(network, nanoTime.getAsLong()));
    } else {
      http.getEndPoint().close();
    }
  }

  @Override
  public void onClosed(Connection connection) {
    // Another protocol may have taken the connection over: what is not ours is not in the map.
    Opened opened = connection instanceof HttpConnection http ? open.remove(http) : null;
    if (opened != null) {
      share.giveBack(opened.network, 1);
    }
  }

  private static String addressOf(HttpConnection connection) {
    InetAddress address =
        connection.getEndPoint().getRemoteSocketAddress() instanceof InetSocketAddress remote
            ? remote.getAddress()
            : null;
    return address == null ? "" : address.getHostAddress();
  }

  private void lookLater() {
    scheduler.schedule(this::closeLateOnes, deadline / 4, TimeUnit.NANOSECONDS);
  }

  private void closeLateOnes() {
    if (!isRunning()) {
      return;
    }
    try {
      long now = nanoTime.getAsLong();
      open.forEach((connection, opened) -> {
        if (isLate(connection, opened, now)) {
          connection.getEndPoint().close();
        }
      });
    } finally {
      lookLater();
    }
  }

  private boolean isLate(HttpConnection connection, Opened opened, long now) {
    HttpParser parser = connection.getParser();
    if (parser.isStart()) {
      return connection.getMessagesIn() == 0 && now - opened.at > deadline;
    }
    long began = parser.getBeginNanoTime();
    return parser.inHeaderState() && began != 0 && now - began > deadline;
  }
}
