package dev.keyledger.gateway;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP service that answers with its name and remembers what reached it. */
public final class StubUpstream implements AutoCloseable {
  public record Reached(String method, String uri, Headers headers, byte[] body) {}

  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Reached> reached = new CopyOnWriteArrayList<>();
  private volatile Answer answer;

  StubUpstream(String name) {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          reached.add(
              new Reached(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders(),
                  exchange.getRequestBody().readAllBytes()));
          answer.to(exchange);
        });
    answer(exchange -> respond(exchange, 200, name));
    server.start();
  }

  public static void respond(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes();
    boolean headless = exchange.getRequestMethod().equals("HEAD");
    exchange.sendResponseHeaders(status, headless || bytes.length == 0 ? -1 : bytes.length);
    if (!headless) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  public void answer(Answer answer) {
    this.answer = answer;
  }

  public Reached last() {
    return reached.getLast();
  }

  public List<Reached> reached() {
    return reached;
  }

  URI uri() {
    return URI.create("http://localhost:" + server.getAddress().getPort());
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
