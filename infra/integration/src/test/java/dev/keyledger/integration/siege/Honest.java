package dev.keyledger.integration.siege;

import java.io.IOException;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Clients that ask one thing, each time on a connection of its own, and count what they get. */
final class Honest implements AutoCloseable {
  private static final int PATIENCE_MILLIS = 20_000;

  private final String name;
  private final int port;
  private final String request;
  private final String expected;
  private final int pauseMillis;
  private final CountDownLatch over = new CountDownLatch(1);
  private final AtomicInteger failed = new AtomicInteger();
  private final ConcurrentLinkedQueue<Long> micros = new ConcurrentLinkedQueue<>();
  private final ConcurrentLinkedQueue<String> surprises = new ConcurrentLinkedQueue<>();

  /**
   * The hostile ones' threads are virtual: behind thousands of those, these would be measured late.
   */
  private final ExecutorService threads =
      Executors.newThreadPerTaskExecutor(Thread.ofPlatform().name("honest-", 0).factory());

  /**
   * @param request whole, with {@code Connection: close}
   * @param expected in a good answer
   */
  Honest(String name, int port, String request, String expected, int clients, int pauseMillis) {
    this.name = name;
    this.port = port;
    this.request = request;
    this.expected = expected;
    this.pauseMillis = pauseMillis;
    for (int i = 0; i < clients; i++) {
      threads.submit(this::askOn);
    }
  }

  /** What came of it. */
  record Figures(String name, int asked, int failed, double p50, double p99, List<String> seen) {
    double succeeded() {
      return asked == 0 ? 0 : 100.0 * (asked - failed) / asked;
    }
  }

  private void askOn() {
    do {
      long begin = System.nanoTime();
      String answer = answer();
      if (answer.contains(expected)) {
        micros.add((System.nanoTime() - begin) / 1_000);
      } else {
        failed.incrementAndGet();
        surprises.add(answer.lines().findFirst().orElse("nothing"));
      }
    } while (!isOver());
  }

  private String answer() {
    try (var socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(PATIENCE_MILLIS);
      socket.getOutputStream().write(request.getBytes(StandardCharsets.UTF_8));
      return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      return e.getClass().getSimpleName();
    }
  }

  private boolean isOver() {
    try {
      return over.await(pauseMillis, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return true;
    }
  }

  Figures figures() {
    close();
    long[] sorted = micros.stream().mapToLong(Long::longValue).sorted().toArray();
    return new Figures(
        name,
        sorted.length + failed.get(),
        failed.get(),
        quantile(sorted, 0.5),
        quantile(sorted, 0.99),
        surprises.stream().distinct().limit(3).toList());
  }

  private static double quantile(long[] sorted, double part) {
    return sorted.length == 0
        ? Double.POSITIVE_INFINITY
        : sorted[(int) Math.min(sorted.length - 1L, Math.round(part * sorted.length))] / 1_000.0;
  }

  @Override
  public void close() {
    over.countDown();
    threads.close();
  }
}
