package dev.keyledger.benchmarks.load;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * One round in one thread: every connection sends its next request as soon as its last one is
 * answered. What is under way when the time is up is awaited and not counted.
 */
final class Round {
  private static final int LARGEST_ANSWER = 256 * 1024;
  private static final long PATIENCE_MILLIS = 10_000;
  private static final int LOOKED_AT = 100;

  /**
   * For how long answers are left to gather. To wake this thread for each costs the server, on a
   * machine with few processors, about as much as its answer: a price of the measurement alone.
   */
  private static final long GATHERING_NANOS = 100_000;

  private final LoadOrder order;
  private final LongSupplier nanos;
  private final List<byte[]> requests;
  private long[] latencies = new long[1 << 16];
  private int succeeded;
  private long failed;
  private long answered;
  private @Nullable String firstFailure;
  private int underWay;
  private long endsAt;

  Round(LoadOrder order, LongSupplier nanos) {
    this.order = order;
    this.nanos = nanos;
    this.requests = order.requests().stream().map(r -> r.getBytes(StandardCharsets.UTF_8)).toList();
  }

  LoadResult run() throws IOException {
    try (Selector selector = Selector.open()) {
      var lines = new ArrayList<Line>();
      for (int i = 0; i < order.connections(); i++) {
        lines.add(new Line(i, opened(), selector));
      }
      long startedAt = nanos.getAsLong();
      endsAt = startedAt + order.millis() * 1_000_000;
      for (Line line : lines) {
        underWay++;
        line.send();
      }
      while (underWay > 0) {
        LockSupport.parkNanos(GATHERING_NANOS);
        if (selector.select(this::ready, PATIENCE_MILLIS) == 0) {
          fail(underWay + " requests without an answer in " + PATIENCE_MILLIS + " ms");
          break;
        }
      }
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      long[] sorted = Arrays.copyOf(latencies, succeeded);
      Arrays.sort(sorted);
      return new LoadResult(
          succeeded,
          failed,
          firstFailure,
          endsAt - startedAt,
          succeeded == 0 ? 0 : sorted[succeeded / 2],
          succeeded == 0 ? 0 : sorted[(int) (succeeded * 0.99)]);
    }
  }

  private SocketChannel opened() throws IOException {
    var channel =
        SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), order.port()));
    channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
    channel.configureBlocking(false);
    return channel;
  }

  private void ready(SelectionKey key) {
    var line = (Line) key.attachment();
    try {
      line.read();
    } catch (IOException e) {
      fail("a connection broke: " + e.getMessage());
      underWay--;
      key.cancel();
    }
  }

  private void fail(String what) {
    failed++;
    if (firstFailure == null) {
      firstFailure = what;
    }
  }

  private final class Line {
    private final ByteBuffer in = ByteBuffer.allocate(LARGEST_ANSWER);
    private final Answer answer = new Answer();
    private int next;
    private long sentAt;
    private final SocketChannel channel;

    Line(int first, SocketChannel channel, Selector selector) throws IOException {
      this.next = first;
      this.channel = channel;
      channel.register(selector, SelectionKey.OP_READ, this);
    }

    void send() throws IOException {
      ByteBuffer request = ByteBuffer.wrap(requests.get(next % requests.size()));
      next += order.connections();
      sentAt = nanos.getAsLong();
      while (request.hasRemaining()) {
        channel.write(request);
      }
    }

    void read() throws IOException {
      if (channel.read(in) < 0) {
        throw new IOException("closed by the server");
      }
      if (!answer.isComplete(in)) {
        return;
      }
      long now = nanos.getAsLong();
      if (now < endsAt) {
        count(now - sentAt);
      }
      in.clear();
      answer.reset();
      if (now < endsAt) {
        send();
      } else {
        underWay--;
      }
    }

    private void count(long latency) {
      int status = answer.status(in);
      if (status / 100 != 2) {
        fail("status " + status);
        return;
      }
      if (answered++ % LOOKED_AT == 0 && !answer.body(in).contains(order.expected())) {
        fail("status " + status + " without " + order.expected());
        return;
      }
      if (succeeded == latencies.length) {
        latencies = Arrays.copyOf(latencies, succeeded * 2);
      }
      latencies[succeeded++] = latency;
    }
  }
}
