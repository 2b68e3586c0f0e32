package dev.keyledger.delivery.collector;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/** Reads syslog over TLS (RFC 5425), and does then what a test says. */
public final class SyslogReceiver implements AutoCloseable {
  /** How it ends a connection. */
  public enum End {
    /** When it has read all, by saying so. */
    IN_ORDER,
    /** When it has read all, without a word: as a process that is killed. */
    BY_RESET,
    /** Never. */
    NEVER,
    /** Before it has read anything. */
    AT_ONCE
  }

  public final List<String> messages = new CopyOnWriteArrayList<>();
  private final List<Socket> open = new CopyOnWriteArrayList<>();
  private final SSLContext tls;
  private final String[] protocols;
  private final ServerSocket server;
  private volatile End end = End.IN_ORDER;

  public SyslogReceiver(TestCertificate certificate, String... protocols) {
    this.tls = certificate.server();
    this.protocols = protocols;
    try {
      server = new ServerSocket(0, 50, InetAddress.getByName("127.0.0.1"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    Thread.ofVirtual().start(this::accept);
  }

  public int port() {
    return server.getLocalPort();
  }

  public void ends(End how) {
    end = how;
  }

  private void accept() {
    try {
      while (true) {
        Socket one = server.accept();
        open.add(one);
        Thread.ofVirtual().start(() -> serve(one));
      }
    } catch (IOException e) {
      // The test is over.
    }
  }

  private void serve(Socket tcp) {
    try {
      var one = (SSLSocket) tls.getSocketFactory().createSocket(tcp, null, tcp.getPort(), true);
      one.setUseClientMode(false);
      if (protocols.length > 0) {
        one.setEnabledProtocols(protocols);
      }
      one.startHandshake();
      if (end == End.AT_ONCE) {
        reset(tcp);
        return;
      }
      InputStream in = one.getInputStream();
      for (String message = next(in); message != null; message = next(in)) {
        messages.add(message);
      }
      switch (end) {
        case IN_ORDER -> one.close();
        case BY_RESET, AT_ONCE -> reset(tcp);
        case NEVER -> {}
      }
    } catch (IOException e) {
      // What came of it, the one who sent says.
    }
  }

  /** Below TLS, which would say that it ends. */
  private static void reset(Socket tcp) throws IOException {
    tcp.setSoLinger(true, 0);
    tcp.close();
  }

  private static String next(InputStream in) throws IOException {
    int length = 0;
    for (int c = in.read(); c != ' '; c = in.read()) {
      if (c < 0) {
        return null;
      }
      length = 10 * length + c - '0';
    }
    byte[] message = in.readNBytes(length);
    if (message.length < length) {
      throw new EOFException();
    }
    return new String(message, StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    try {
      server.close();
      for (Socket one : open) {
        one.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
