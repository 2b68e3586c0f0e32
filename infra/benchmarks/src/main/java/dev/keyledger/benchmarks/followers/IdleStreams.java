package dev.keyledger.benchmarks.followers;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/** Streams that are followed by one thread, which reads what comes and does nothing with it. */
public final class IdleStreams implements AutoCloseable {
  private static final String OK = "HTTP/1.1 200";
  private static final String COME_AGAIN = "HTTP/1.1 503";

  private final int port;
  private final String request;
  private final Selector selector;
  private final AtomicInteger open = new AtomicInteger();
  private final AtomicInteger toldToComeAgain = new AtomicInteger();
  private final AtomicLong read = new AtomicLong();
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(1 << 16);
  private volatile boolean closed;
  private volatile String refused = "";

  /**
   * @param authorization of a service that may follow
   */
  public IdleStreams(int port, String authorization) {
    this.port = port;
    this.request =
        "GET /v1/revocations HTTP/1.1\r\nHost: localhost\r\nAccept: text/event-stream\r\nAuthorization: "
            + authorization
            + "\r\n\r\n";
    try {
      selector = Selector.open();
    } catch (IOException e) {
      throw new UncheckedIOException("no selector", e);
    }
    Thread.ofPlatform().daemon().name("idle streams").start(this::readAll);
  }

  /** One more; its answer begins a little later. */
  public void add() {
    try {
      SocketChannel channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.write(ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII)));
      channel.configureBlocking(false);
      channel.register(selector, SelectionKey.OP_READ, new AtomicInteger());
      selector.wakeup();
    } catch (IOException e) {
      throw new UncheckedIOException("no further stream after " + open, e);
    }
  }

  /**
   * Those that have begun and not ended.
   *
   * @throws IllegalStateException when one was refused
   */
  public int open() {
    if (!refused.isEmpty()) {
      throw new IllegalStateException("a stream was refused: " + refused);
    }
    return open.get();
  }

  /** Those that were told to come again since this was asked last, as a client would. */
  public int takeToldToComeAgain() {
    return toldToComeAgain.getAndSet(0);
  }

  /** What all of them have been told, in bytes. */
  public long read() {
    return read.get();
  }

  private void readAll() {
    try {
      while (!closed) {
        selector.select(this::read, 100);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no streams any more", e);
    }
  }

  private void read(SelectionKey key) {
    var began = (AtomicInteger) key.attachment();
    try {
      buffer.clear();
      int count = ((SocketChannel) key.channel()).read(buffer);
      if (count < 0) {
        throw new IOException("ended by the server");
      }
      read.addAndGet(count);
      if (began.getAndIncrement() == 0) {
        String answer = StandardCharsets.ISO_8859_1.decode(buffer.flip()).toString();
        if (answer.startsWith(OK)) {
          open.incrementAndGet();
        } else if (answer.startsWith(COME_AGAIN)) {
          toldToComeAgain.incrementAndGet();
          key.channel().close();
        } else {
          refused = answer;
        }
      }
    } catch (IOException e) {
      key.cancel();
      open.decrementAndGet();
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      for (SelectionKey key : selector.keys()) {
        key.channel().close();
      }
      selector.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
