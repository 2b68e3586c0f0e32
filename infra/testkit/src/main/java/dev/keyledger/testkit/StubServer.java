package dev.keyledger.testkit;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A real HTTP server that answers what a test says, and remembers what it was asked. */
public final class StubServer implements AutoCloseable {
  /**
   * What was asked of it.
   *
   * @param body read as UTF-8
   */
  public record Asked(String method, URI uri, Headers headers, String body) {
    /** Path and query, as they were sent. */
    public String target() {
      return uri.toString();
    }
  }

  /** Answers one request. */
  public interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  /** Answers one request by what it asks; the exchange's own body has been read by then. */
  public interface AnswerByBody {
    void to(Asked asked, HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final List<Asked> asked = new CopyOnWriteArrayList<>();
  private volatile AnswerByBody answer = (request, exchange) -> answerJson(exchange, 404, "{}");

  public StubServer() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    server.setExecutor(threads);
    server.createContext(
        "/",
        exchange -> {
          var request =
              new Asked(
                  exchange.getRequestMethod(),
                  exchange.getRequestURI(),
                  exchange.getRequestHeaders(),
                  new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
          asked.add(request);
          answer.to(request, exchange);
        });
    server.start();
  }

  public void answer(Answer answer) {
    this.answer = (request, exchange) -> answer.to(exchange);
  }

  public void answerByBody(AnswerByBody answer) {
    this.answer = answer;
  }

  public void answerJson(int status, String json) {
    answer(exchange -> answerJson(exchange, status, json));
  }

  public static void answerJson(HttpExchange exchange, int status, String json) throws IOException {
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    answer(exchange, status, json);
  }

  /** With the headers that the exchange has by then; without the body where HEAD asked. */
  public static void answer(HttpExchange exchange, int status, String body) throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    boolean headless = exchange.getRequestMethod().equals("HEAD") || bytes.length == 0;
    exchange.sendResponseHeaders(status, headless ? -1 : bytes.length);
    if (!headless) {
      exchange.getResponseBody().write(bytes);
    }
    exchange.close();
  }

  public URI uri(String path) {
    return URI.create(url() + path);
  }

  /** Where it is, without a path. */
  public String url() {
    return "http://localhost:" + server.getAddress().getPort();
  }

  public List<Asked> asked() {
    return asked;
  }

  public Asked last() {
    return asked.getLast();
  }

  @Override
  public void close() {
    server.stop(0);
    threads.shutdownNow();
  }
}
