package dev.keyledger.benchmarks.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;

/** One kept-alive connection, blocking, for single requests whose duration is the question. */
public final class Exchange implements AutoCloseable {
  private static final int LARGEST_ANSWER = 256 * 1024;

  private final SocketChannel channel;
  private final ByteBuffer in = ByteBuffer.allocate(LARGEST_ANSWER);
  private final Answer answer = new Answer();

  /**
   * @param status of HTTP
   */
  public record Reply(int status, String body) {
    /**
     * @throws IllegalStateException for any status but 2xx
     */
    public Reply orThrow() {
      if (status / 100 != 2) {
        throw new IllegalStateException("status " + status + ": " + body);
      }
      return this;
    }
  }

  private Exchange(SocketChannel channel) {
    this.channel = channel;
  }

  public static Exchange with(int port) {
    try {
      var channel =
          SocketChannel.open(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
      channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
      return new Exchange(channel);
    } catch (IOException e) {
      throw new UncheckedIOException("nobody listens on port " + port, e);
    }
  }

  /**
   * @param request whole, as {@link RawRequest} makes it
   */
  public Reply send(String request) {
    try {
      ByteBuffer out = ByteBuffer.wrap(request.getBytes(StandardCharsets.UTF_8));
      while (out.hasRemaining()) {
        channel.write(out);
      }
      in.clear();
      answer.reset();
      do {
        if (channel.read(in) < 0) {
          throw new IOException("closed by the server");
        }
      } while (!answer.isComplete(in));
      return new Reply(answer.status(in), answer.body(in));
    } catch (IOException e) {
      throw new UncheckedIOException("no answer", e);
    }
  }

  @Override
  public void close() {
    try {
      channel.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
