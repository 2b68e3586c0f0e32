package dev.keyledger.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Requests as a decent client would never send them, written to a socket as they are. */
public final class RawHttp {
  private static final int TIMEOUT_MILLIS = 20_000;

  /**
   * @param headers their first values, whatever the case of their names
   */
  public record Answer(int status, Map<String, String> headers, String body) {
    /** Empty where it isn't there. */
    public String header(String name) {
      return headers.getOrDefault(name, "");
    }
  }

  private RawHttp() {}

  /** All that comes back until the server closes the connection. */
  public static String exchange(int port, String request) {
    try (var socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
      socket.setSoTimeout(TIMEOUT_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The last of a connection.
   *
   * @param line such as {@code GET /v1/me HTTP/1.1}
   * @param headers whole lines, of which {@code Host} and {@code Connection} needn't be among
   */
  public static Answer send(int port, String line, String... headers) {
    String more = headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n";
    return answerTo(port, line + "\r\nHost: localhost\r\n" + more + "Connection: close\r\n\r\n");
  }

  /** The answer to a whole request, which asks for the connection's end. */
  public static Answer answerTo(int port, String request) {
    return answerIn(exchange(port, request));
  }

  private static Answer answerIn(String text) {
    int end = text.indexOf("\r\n\r\n");
    if (end < 0) {
      throw new AssertionError("no answer in: " + text);
    }
    List<String> head = text.substring(0, end).lines().toList();
    var headers = new TreeMap<String, String>(String.CASE_INSENSITIVE_ORDER);
    for (String line : head.subList(1, head.size())) {
      int colon = line.indexOf(':');
      headers.putIfAbsent(line.substring(0, colon), line.substring(colon + 1).strip());
    }
    return new Answer(
        Integer.parseInt(head.getFirst().split(" ")[1]), headers, text.substring(end + 4));
  }
}
