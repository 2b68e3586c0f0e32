package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.RevokeBenchmark.Keys;
import dev.keyledger.benchmarks.RevokeBenchmark.Keys.Key;
import dev.keyledger.benchmarks.load.Exchange;
import dev.keyledger.benchmarks.load.Exchange.Reply;
import dev.keyledger.benchmarks.report.Latencies;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;

/**
 * Revokes keys at a steady pace, whatever the answers take, and asks every replica about each key
 * from the instant at which its revoke was sent. Replicas are asked once a millisecond, so a figure
 * is at most that and one request too high, never too low.
 */
final class Revocations {
  private static final long BETWEEN_QUESTIONS_NANOS = 1_000_000;
  private static final long PATIENCE_NANOS = 10_000_000_000L;

  private final Keys keys;
  private final List<Integer> replicas;
  private final int commands;
  private final Duration apart;

  /**
   * In nanoseconds since the revoke was sent.
   *
   * @param notInForce answers that said, after their second of patience, that it isn't in force yet
   * @param sentAt when each key's revoke was sent, by {@link System#nanoTime}
   */
  record Outcome(
      Latencies refusedEverywhere, Latencies answered, int notInForce, Map<Key, Long> sentAt) {}

  Revocations(Keys keys, List<Integer> replicas, int commands, Duration apart) {
    this.keys = keys;
    this.replicas = replicas;
    this.commands = commands;
    this.apart = apart;
  }

  Outcome run(int count) {
    return run(keys.make(count), key -> {});
  }

  /**
   * @param fresh to be revoked, one after the other
   * @param about is told of each just before
   */
  Outcome run(List<Key> fresh, Consumer<Key> about) {
    var pools = new ArrayList<Connections>();
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      var toCommands = new Connections(commands);
      pools.add(toCommands);
      for (int port : replicas) {
        pools.add(new Connections(port));
      }
      List<Connections> toReplicas = pools.subList(1, pools.size());
      toReplicas.forEach(replica -> awaitValid(replica, fresh.getLast()));
      var refused = new ArrayList<CompletableFuture<Long>>();
      var answered = new ArrayList<CompletableFuture<Long>>();
      var notInForce = new AtomicInteger();
      var sent = new LinkedHashMap<Key, Long>();
      long due = System.nanoTime();
      for (Key key : fresh) {
        for (long now = System.nanoTime(); now < due; now = System.nanoTime()) {
          LockSupport.parkNanos(due - now);
        }
        due += apart.toNanos();
        about.accept(key);
        long sentAt = System.nanoTime();
        sent.put(key, sentAt);
        answered.add(async(threads, () -> revoke(toCommands, key, sentAt, notInForce)));
        for (Connections replica : toReplicas) {
          refused.add(async(threads, () -> untilRefused(replica, key, sentAt)));
        }
      }
      return new Outcome(
          slowestOfEach(refused), new Latencies(all(answered)), notInForce.get(), sent);
    } finally {
      pools.forEach(Connections::close);
    }
  }

  private Latencies slowestOfEach(List<CompletableFuture<Long>> refused) {
    List<Long> each = all(refused);
    var slowest = new ArrayList<Long>();
    for (int i = 0; i < each.size(); i += replicas.size()) {
      slowest.add(each.subList(i, i + replicas.size()).stream().max(Long::compare).orElseThrow());
    }
    return new Latencies(slowest);
  }

  private static List<Long> all(List<CompletableFuture<Long>> futures) {
    return futures.stream().map(CompletableFuture::join).toList();
  }

  private static long revoke(Connections commands, Key key, long sentAt, AtomicInteger notInForce) {
    Reply reply = commands.send(key.revoke()).orThrow();
    long took = System.nanoTime() - sentAt;
    if (!reply.body().contains("\"in_force\":true")) {
      notInForce.incrementAndGet();
    }
    return took;
  }

  private static long untilRefused(Connections replica, Key key, long sentAt) {
    while (true) {
      if (says(replica, key, "\"valid\":false")) {
        return System.nanoTime() - sentAt;
      }
      if (System.nanoTime() - sentAt > PATIENCE_NANOS) {
        throw new IllegalStateException("a revoked key is still honoured");
      }
      LockSupport.parkNanos(BETWEEN_QUESTIONS_NANOS);
    }
  }

  // A replica that can't know says 503 for a moment: that is no refusal of the key yet.
  private static boolean says(Connections replica, Key key, String what) {
    Reply reply = replica.send(key.verify());
    return reply.status() != 503 && reply.orThrow().body().contains(what);
  }

  private static void awaitValid(Connections replica, Key key) {
    long startedAt = System.nanoTime();
    while (!says(replica, key, "\"valid\":true")) {
      if (System.nanoTime() - startedAt > PATIENCE_NANOS) {
        throw new IllegalStateException("a new key is not honoured");
      }
      LockSupport.parkNanos(BETWEEN_QUESTIONS_NANOS);
    }
  }

  private static <T> CompletableFuture<T> async(ExecutorService threads, Callable<T> work) {
    return CompletableFuture.supplyAsync(
        () -> {
          try {
            return work.call();
          } catch (Exception e) {
            throw new CompletionException(e);
          }
        },
        threads);
  }

  /** Kept-alive connections to one port, as many as are in use at once. */
  private static final class Connections implements AutoCloseable {
    private final int port;
    private final ConcurrentLinkedQueue<Exchange> idle = new ConcurrentLinkedQueue<>();

    Connections(int port) {
      this.port = port;
    }

    /** On a new one where the server has ended the idle one meanwhile. */
    Reply send(String request) {
      Exchange kept = idle.poll();
      if (kept != null) {
        try {
          return sent(kept, request);
        } catch (UncheckedIOException e) {
          kept.close();
        }
      }
      return sent(Exchange.with(port), request);
    }

    private Reply sent(Exchange exchange, String request) {
      Reply reply = exchange.send(request);
      idle.add(exchange);
      return reply;
    }

    @Override
    public void close() {
      idle.forEach(Exchange::close);
    }
  }
}
