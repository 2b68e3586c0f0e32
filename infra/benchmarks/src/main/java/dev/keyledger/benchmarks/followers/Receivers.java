package dev.keyledger.benchmarks.followers;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Receivers of webhooks: those that answer, that refuse and that hang. */
public final class Receivers implements AutoCloseable {
  /** How one behaves; its URL says it. */
  public enum Manner {
    ANSWERS,
    REFUSES,
    HANGS
  }

  private static final Pattern KEY = Pattern.compile("key_[0-9a-f-]{36}");

  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
  private final CountDownLatch end = new CountDownLatch(1);
  private final Map<String, List<Long>> told = new ConcurrentHashMap<>();
  private final HttpServer server;

  public Receivers() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 1_000);
    } catch (IOException e) {
      throw new UncheckedIOException("no receivers", e);
    }
    server.setExecutor(threads);
    server.createContext("/", this::receive);
    server.start();
  }

  public String url(Manner manner, int number) {
    return "http://127.0.0.1:%d/%s/%d".formatted(server.getAddress().getPort(), manner, number);
  }

  private void receive(HttpExchange exchange) throws IOException {
    try (exchange) {
      String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
      long now = System.nanoTime();
      Manner manner = Manner.valueOf(exchange.getRequestURI().getPath().split("/")[1]);
      switch (manner) {
        case ANSWERS -> {
          Matcher key = KEY.matcher(body);
          if (body.contains("key.revoked") && key.find()) {
            told.computeIfAbsent(key.group(), id -> new CopyOnWriteArrayList<>()).add(now);
          }
          exchange.sendResponseHeaders(204, -1);
        }
        case REFUSES -> exchange.sendResponseHeaders(500, -1);
        case HANGS -> end.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** When those that answer were told of a key's end, by {@link System#nanoTime}. */
  public List<Long> told(String key) {
    return List.copyOf(told.getOrDefault(key, List.of()));
  }

  @Override
  public void close() {
    end.countDown();
    server.stop(0);
    threads.shutdownNow();
  }
}
