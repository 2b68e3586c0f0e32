package dev.keyledger.benchmarks;

import dev.keyledger.benchmarks.RevokeBenchmark.Keys.Key;
import dev.keyledger.benchmarks.followers.Followers;
import dev.keyledger.benchmarks.followers.Receivers;
import dev.keyledger.benchmarks.platform.Operator;
import dev.keyledger.benchmarks.report.Goal;
import dev.keyledger.benchmarks.report.Latencies;
import dev.keyledger.infra.services.Api;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/** Revokes of which is measured when each who follows has them. */
final class ToldRevokes {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long BETWEEN_LOOKS_NANOS = 5_000_000;

  /** Who has to have it, and within how many milliseconds. */
  enum Channel {
    TOKEN_SERVICE("refused by all replicas of token-service", new Goal.AtMost(30)),
    JAVA("its token refused by all services with the Java client", new Goal.AtMost(100)),
    NODE("its token refused by all services with the TypeScript client", new Goal.AtMost(100)),
    WEBHOOK("told to a receiver of webhooks that answers", new Goal.None()),
    ANSWERED("answered", new Goal.None());

    private final String text;
    private final Goal goal;

    Channel(String text, Goal goal) {
      this.text = text;
      this.goal = goal;
    }

    String text() {
      return text;
    }

    Goal goal() {
      return goal;
    }
  }

  /** In nanoseconds since the revoke was sent, by channel. */
  record Outcome(Map<Channel, Latencies> latencies) {
    boolean has(Channel channel) {
      return latencies.containsKey(channel);
    }

    Latencies of(Channel channel) {
      return Objects.requireNonNull(latencies.get(channel));
    }
  }

  private final RevokeBenchmark.Keys keys;
  private final Revocations revocations;
  private final Api tokens;
  private final int receiversOfEach;
  private final Followers java;
  private final @Nullable Followers node;
  private final Receivers receivers;

  /**
   * @param replicas ports of token-service
   * @param commands port of command-service
   * @param tokens token-service, without a credential
   * @param receiversOfEach organisation, of those that answer
   * @param node {@code null} where there is none
   */
  ToldRevokes(
      RevokeBenchmark.Keys keys,
      Duration apart,
      List<Integer> replicas,
      int commands,
      Api tokens,
      int receiversOfEach,
      Followers java,
      @Nullable Followers node,
      Receivers receivers) {
    this.keys = keys;
    this.revocations = new Revocations(keys, replicas, commands, apart);
    this.tokens = tokens;
    this.receiversOfEach = receiversOfEach;
    this.java = java;
    this.node = node;
    this.receivers = receivers;
  }

  Outcome run(int count) {
    List<Key> fresh = keys.make(count);
    Map<String, String> tokenOf = new HashMap<>();
    for (Key key : fresh) {
      tokenOf.put(
          key.id(),
          Operator.require(tokens.post("/v1/tokens", Map.of("api_key", key.secret())))
              .text("access_token"));
    }
    Revocations.Outcome outcome =
        revocations.run(
            fresh,
            key -> {
              String token = Objects.requireNonNull(tokenOf.get(key.id()));
              java.watch(key.id(), token);
              if (node != null) {
                node.watch(key.id(), token);
              }
            });
    var latencies = new EnumMap<Channel, Latencies>(Channel.class);
    latencies.put(Channel.TOKEN_SERVICE, outcome.refusedEverywhere());
    latencies.put(Channel.ANSWERED, outcome.answered());
    latencies.put(Channel.JAVA, slowest(java, outcome.sentAt()));
    if (node != null) {
      latencies.put(Channel.NODE, slowest(node, outcome.sentAt()));
    }
    latencies.put(Channel.WEBHOOK, told(outcome.sentAt()));
    return new Outcome(latencies);
  }

  private static Latencies slowest(Followers followers, Map<Key, Long> sentAt) {
    List<Long> slowest = new ArrayList<>();
    sentAt.forEach((key, sent) -> {
      List<Long> refused = await(followers.count(), () -> followers.refused(key.id()));
      slowest.add(refused.stream().max(Long::compare).orElseThrow() - sent);
    });
    return new Latencies(slowest);
  }

  private Latencies told(Map<Key, Long> sentAt) {
    List<Long> each = new ArrayList<>();
    sentAt.forEach((key, sent) ->
        await(receiversOfEach, () -> receivers.told(key.id())).forEach(at -> each.add(at - sent)));
    return new Latencies(each);
  }

  private interface Times {
    List<Long> soFar();
  }

  private static List<Long> await(int count, Times times) {
    long startedAt = System.nanoTime();
    List<Long> all = times.soFar();
    while (all.size() < count) {
      if (System.nanoTime() - startedAt > PATIENCE.toNanos()) {
        throw new IllegalStateException(all.size() + " of " + count + " have heard of a revoke");
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
      all = times.soFar();
    }
    return all;
  }
}
