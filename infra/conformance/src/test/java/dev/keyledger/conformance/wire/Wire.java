package dev.keyledger.conformance.wire;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ProtocolException;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A connection for HTTP/1.1 that sends any bytes, and reads answers as strictly as it should. */
public final class Wire implements AutoCloseable {
  /** Every machine that has a loopback interface has this address. */
  public static final InetAddress LOOPBACK = InetAddress.getLoopbackAddress();

  private static final Duration PATIENCE = Duration.ofSeconds(40);

  private final Socket socket;
  private final InputStream in;
  private final String host;
  private long sentAt = System.nanoTime();

  private Wire(Socket socket, String host) throws IOException {
    this.socket = socket;
    this.in = new BufferedInputStream(socket.getInputStream());
    this.host = host;
  }

  public static Wire to(URI base) throws IOException {
    return to(base, LOOPBACK, PATIENCE);
  }

  /**
   * @param from the address of this end
   * @param patience for each byte of an answer
   */
  public static Wire to(URI base, InetAddress from, Duration patience) throws IOException {
    var socket = new Socket();
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(Math.toIntExact(patience.toMillis()));
    socket.bind(new InetSocketAddress(from, 0));
    socket.connect(new InetSocketAddress(LOOPBACK, base.getPort()), 5_000);
    return new Wire(socket, base.getAuthority());
  }

  /** One request on a connection of its own. */
  public static Answered ask(URI base, Request request) {
    return ask(base, LOOPBACK, request);
  }

  public static Answered ask(URI base, InetAddress from, Request request) {
    try (var wire = to(base, from, PATIENCE)) {
      return wire.send(request);
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.target(), e);
    }
  }

  /**
   * @throws EOFException if it was closed instead of answered
   */
  public Answered send(Request request) throws IOException {
    write(request.bytes(host));
    return read(request.method())
        .orElseThrow(() -> new EOFException(request.method() + " " + request.target()));
  }

  public String host() {
    return host;
  }

  public void write(byte[] bytes) throws IOException {
    socket.getOutputStream().write(bytes);
    socket.getOutputStream().flush();
    sentAt = System.nanoTime();
  }

  /** As a slow client sends: a packet for every few bytes. */
  public void writeInPieces(byte[] bytes) throws IOException {
    int size = 1 + bytes.length / 40;
    for (int at = 0; at < bytes.length; at += size) {
      write(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)));
    }
  }

  /** Nothing more will be sent, and the other side can tell. */
  public void endOutput() throws IOException {
    socket.shutdownOutput();
  }

  /**
   * @param method of the request, which says whether an answer has a body
   * @return nothing if the connection was closed instead
   * @throws ProtocolException for what is no answer by HTTP/1.1
   */
  public Optional<Answered> read(String method) throws IOException {
    String statusLine = line();
    if (statusLine == null) {
      return Optional.empty();
    }
    if (!statusLine.startsWith("HTTP/1.")) {
      throw new ProtocolException("no status line: " + statusLine);
    }
    int status = Integer.parseInt(statusLine.substring(9, 12));
    var headers = new ArrayList<String>();
    for (String line = required(); !line.isEmpty(); line = required()) {
      headers.add(line);
    }
    if (status / 100 == 1) {
      return read(method);
    }
    boolean bodiless = method.equals("HEAD") || status == 204 || status == 304;
    byte[] body = bodiless ? new byte[0] : body(headers);
    return Optional.of(
        new Answered(
            status, List.copyOf(headers), body, Duration.ofNanos(System.nanoTime() - sentAt)));
  }

  private byte[] body(List<String> headers) throws IOException {
    if (headers.stream().anyMatch(h -> h.equalsIgnoreCase("transfer-encoding: chunked"))) {
      return chunks();
    }
    Optional<Integer> length =
        headers.stream()
            .filter(h -> h.toLowerCase(Locale.ROOT).startsWith("content-length:"))
            .map(h -> Integer.parseInt(h.substring("content-length:".length()).strip()))
            .findFirst();
    return length.isPresent() ? exactly(length.get()) : in.readAllBytes();
  }

  private byte[] exactly(int length) throws IOException {
    byte[] bytes = in.readNBytes(length);
    if (bytes.length < length) {
      throw new EOFException("an answer's body ended early");
    }
    return bytes;
  }

  private byte[] chunks() throws IOException {
    var whole = new ByteArrayOutputStream();
    while (true) {
      int size = Integer.parseInt(required().replaceFirst(";.*", ""), 16);
      whole.writeBytes(exactly(size));
      String end = required();
      if (!end.isEmpty()) {
        throw new IOException("no end of a chunk: " + end);
      }
      if (size == 0) {
        return whole.toByteArray();
      }
    }
  }

  private String required() throws IOException {
    String line = line();
    if (line == null) {
      throw new EOFException("an answer ended early");
    }
    return line;
  }

  private @Nullable String line() throws IOException {
    var line = new ByteArrayOutputStream();
    for (int b = in.read(); b != '\n'; b = in.read()) {
      if (b < 0) {
        return line.size() == 0 ? null : line.toString(StandardCharsets.ISO_8859_1);
      }
      line.write(b);
    }
    return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
