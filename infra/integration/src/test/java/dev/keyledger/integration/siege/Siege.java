package dev.keyledger.integration.siege;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Hostile connections of one kind, from eight networks, each opened anew a while after its end. */
final class Siege implements AutoCloseable {
  private static final int NETWORKS = 8;
  private static final int BETWEEN_BYTES_MILLIS = 2_000;
  private static final int BEFORE_NEXT_MILLIS = 5_000;

  /** How they begin, and whether a byte comes every two seconds from then on. */
  record Kind(String name, String begin, boolean trickles) {}

  private final int port;
  private final Kind kind;
  private final byte[] begin;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger opened = new AtomicInteger();
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  Siege(int port, Kind kind, int connections) {
    this.port = port;
    this.kind = kind;
    this.begin = kind.begin().getBytes(StandardCharsets.ISO_8859_1);
    for (int i = 0; i < connections; i++) {
      String network = "127.66.0." + (1 + i % NETWORKS);
      threads.submit(() -> keepOpening(network));
    }
  }

  /** At this moment. */
  int open() {
    return open.get();
  }

  /** Since the beginning. */
  int opened() {
    return opened.get();
  }

  private void keepOpening(String network) {
    do {
      try (var socket = new Socket()) {
        socket.bind(new InetSocketAddress(InetAddress.getByName(network), 0));
        socket.connect(new InetSocketAddress("127.0.0.1", port), 30_000);
        socket.setSoTimeout(BETWEEN_BYTES_MILLIS);
        opened.incrementAndGet();
        open.incrementAndGet();
        try {
          hold(socket);
        } finally {
          open.decrementAndGet();
        }
      } catch (IOException refused) {
        // What it is here to learn; it tries again.
      }
    } while (!isOver(BEFORE_NEXT_MILLIS));
  }

  private void hold(Socket socket) throws IOException {
    socket.getOutputStream().write(begin);
    InputStream in = socket.getInputStream();
    while (!isOver(0)) {
      try {
        if (in.read() < 0) {
          return;
        }
      } catch (SocketTimeoutException nothingYet) {
        if (kind.trickles()) {
          socket.getOutputStream().write('a');
        }
      }
    }
  }

  private boolean isOver(int within) {
    try {
      return over.await(within, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  @Override
  public void close() {
    over.countDown();
    threads.close();
  }
}
