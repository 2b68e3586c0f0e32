package dev.keyledger.conformance.stock;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** What stands behind a proxy and believes it; it remembers what reached it. */
final class ProtectedService implements AutoCloseable {
  record Received(String path, Headers headers, String body) {}

  private final HttpServer server;
  private final List<Received> received = new ArrayList<>();

  private ProtectedService(HttpServer server) {
    this.server = server;
  }

  static ProtectedService start() {
    try {
      var address = new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0);
      var service = new ProtectedService(HttpServer.create(address, 0));
      service.server.createContext("/", service::answer);
      service.server.start();
      return service;
    } catch (IOException e) {
      throw new IllegalStateException("no port for the protected service", e);
    }
  }

  private void answer(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      synchronized (received) {
        received.add(
            new Received(exchange.getRequestURI().toString(), exchange.getRequestHeaders(), body));
      }
      exchange.sendResponseHeaders(200, -1);
    }
  }

  URI base() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  /** All requests that got here, in order. */
  List<Received> received() {
    synchronized (received) {
      return List.copyOf(received);
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
