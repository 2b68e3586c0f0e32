package dev.keyledger.kit.web.bounds;

import dev.keyledger.client.TrustedProxies;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.channels.SelectableChannel;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.eclipse.jetty.http.HttpParser;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.SelectableChannelEndPoint;
import org.eclipse.jetty.io.SelectorManager;
import org.eclipse.jetty.server.internal.HttpConnection;
import org.eclipse.jetty.util.IO;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Shares connections among networks and closes those whose head doesn't end. One beyond its
 * network's share is closed as it is accepted, before anything is made for it: thousands at once
 * would otherwise be ahead of everybody else's at the server's threads. Jetty's own time-outs are
 * of idleness, which a byte now and then puts off for ever; when a head began is known to the
 * connection's parser alone, a class of the server's own.
 */
final class ConnectionBounds extends AbstractLifeCycle
    implements Connection.Listener, SelectorManager.AcceptListener {
  private final FairShare<Network> share;
  private final TrustedProxies proxies;
  private final long deadline;
  private final LongSupplier nanoTime;
  private final Scheduler scheduler;
  private final Map<SelectableChannel, Network> admitted = new ConcurrentHashMap<>();
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
  public void onAccepting(SelectableChannel channel) {
    String peer = addressOf(channel);
    Network network = Network.of(peer);
    if (proxies.trusts(peer) ? share.tryTakeOfAll(network, 1) : share.tryTake(network, 1)) {
      admitted.put(channel, network);
    } else {
      IO.close(channel);
    }
  }

  @Override
  public void onAcceptFailed(SelectableChannel channel, Throwable cause) {
    Network network = admitted.remove(channel);
    if (network != null) {
      share.giveBack(network, 1);
    }
  }

  @Override
  public void onOpened(Connection connection) {
    if (!(connection instanceof HttpConnection http)) {
      return;
    }
    Network network = admitted.remove(channelOf(http));
    if (network == null) {
      throw new IllegalStateException("a connection that was never accepted");
    }
    open.put(http, new Opened(network, nanoTime.getAsLong()));
  }

  @Override
  public void onClosed(Connection connection) {
    // Another protocol may have taken the connection over: what is not ours is not in the map.
    Opened opened = connection instanceof HttpConnection http ? open.remove(http) : null;
    if (opened != null) {
      share.giveBack(opened.network, 1);
    }
  }

  private static SelectableChannel channelOf(HttpConnection connection) {
    return ((SelectableChannelEndPoint) connection.getEndPoint()).getChannel();
  }

  private static String addressOf(SelectableChannel channel) {
    try {
      return ((SocketChannel) channel).getRemoteAddress() instanceof InetSocketAddress remote
          ? remote.getAddress().getHostAddress()
          : "";
    } catch (IOException goneAlready) {
      return "";
    }
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
