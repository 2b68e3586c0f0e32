package dev.keyledger.benchmarks.followers;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.client.Authenticator;
import dev.keyledger.client.Credential;
import dev.keyledger.client.KeyledgerClient;
import dev.keyledger.client.RequestContext;
import dev.keyledger.client.revocations.HttpRevocations;
import dev.keyledger.events.credential.SecretText;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.locks.LockSupport;

/**
 * Services that embed the Java client. In the first line {@code ISSUER URL KEY COUNT}, and then a
 * token a line, with a word for it; out {@code ready}, and then the word with the number of each
 * follower once it refuses that token.
 */
final class FollowingProgram {
  private static final Duration LONGEST = Duration.ofHours(24);
  private static final Duration BOUND = Duration.ofSeconds(5);
  private static final long BETWEEN_LOOKS_NANOS = 1_000_000;

  private record Watched(String word, Credential token, BitSet refusedBy) {}

  private record Follower(HttpRevocations followed, Authenticator authenticator) {
    static Follower of(KeyledgerClient client, int number) {
      HttpRevocations followed = client.follow("java-" + number, LONGEST, BOUND);
      return new Follower(followed, client.withRevocations(followed, LONGEST).authenticator());
    }

    boolean follows() {
      return followed.isReady() && followed.isStreaming();
    }

    boolean refuses(Credential token) {
      try {
        authenticator.authenticate(token, RequestContext.from(""));
        return false;
      } catch (AccessRefusedException e) {
        return e.status() == 401;
      }
    }
  }

  private FollowingProgram() {}

  public static void main(String[] arguments) throws IOException {
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    var out = new PrintStream(System.out, true, StandardCharsets.UTF_8);
    String[] order = in.readLine().split(" ", 4);
    KeyledgerClient client =
        KeyledgerClient.of(order[0], new SecretText(order[2])).withUrl(URI.create(order[1]));
    List<Follower> followers = new ArrayList<>();
    for (int i = 0; i < Integer.parseInt(order[3]); i++) {
      followers.add(Follower.of(client, i));
    }
    while (!followers.stream().allMatch(Follower::follows)) {
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
    out.println("ready");
    Queue<Watched> watched = new ConcurrentLinkedQueue<>();
    Thread.ofPlatform().daemon().name("watch").start(() -> watch(followers, watched, out));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] one = line.split(" ", 2);
      watched.add(new Watched(one[0], Credential.of(one[1]), new BitSet()));
    }
    System.exit(0);
  }

  private static void watch(List<Follower> followers, Queue<Watched> watched, PrintStream out) {
    while (true) {
      for (Watched one : watched) {
        for (int i = 0; i < followers.size(); i++) {
          if (!one.refusedBy().get(i) && followers.get(i).refuses(one.token())) {
            one.refusedBy().set(i);
            out.println(one.word() + " " + i);
          }
        }
        if (one.refusedBy().cardinality() == followers.size()) {
          watched.remove(one);
        }
      }
      LockSupport.parkNanos(BETWEEN_LOOKS_NANOS);
    }
  }
}
