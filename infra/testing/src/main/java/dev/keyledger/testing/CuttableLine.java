package dev.keyledger.testing;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * A TCP proxy that a test can cut. While it is cut, connections hang as they do when a cable is
 * pulled: open ones carry nothing, new ones are accepted and never answered.
 */
public final class CuttableLine implements AutoCloseable {
  private final ServerSocket server;
  private final int target;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final Object gate = new Object();
  private boolean cut;

  private CuttableLine(ServerSocket server, int target) {
    this.server = server;
    this.target = target;
  }

  /** From {@code port} to {@code target}, both on the loopback interface. */
  public static CuttableLine between(int port, int target) {
    try {
      var line =
          new CuttableLine(new ServerSocket(port, 50, InetAddress.getLoopbackAddress()), target);
      Thread.ofVirtual().start(line::accept);
      return line;
    } catch (IOException e) {
      throw new UncheckedIOException("no line at port " + port, e);
    }
  }

  public int port() {
    return server.getLocalPort();
  }

  public void cut() {
    synchronized (gate) {
      cut = true;
    }
  }

  /** What was held back arrives; a client that has given up connects anew. */
  public void mend() {
    synchronized (gate) {
      cut = false;
      gate.notifyAll();
    }
  }

  private void accept() {
    while (!server.isClosed()) {
      try {
        Socket near = server.accept();
        sockets.add(near);
        Thread.ofVirtual().start(() -> connect(near));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private void connect(Socket near) {
    try {
      awaitWhole();
      var far = new Socket(InetAddress.getLoopbackAddress(), target);
      sockets.add(far);
      Thread.ofVirtual().start(() -> carry(near, far));
      carry(far, near);
    } catch (IOException | InterruptedException gone) {
      end(near);
    }
  }

  private void carry(Socket from, Socket to) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      var buffer = new byte[1 << 16];
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        awaitWhole();
        out.write(buffer, 0, n);
      }
    } catch (IOException | InterruptedException gone) {
      end(to);
    } finally {
      sockets.remove(from);
    }
  }

  private void awaitWhole() throws InterruptedException {
    synchronized (gate) {
      while (cut) {
        gate.wait();
      }
    }
  }

  private static void end(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws IOException {
    server.close();
    mend();
    sockets.forEach(CuttableLine::end);
  }
}
