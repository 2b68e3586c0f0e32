package dev.keyledger.benchmarks.followers;

import dev.keyledger.benchmarks.platform.OwnJvm;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/**
 * Services of tenants in one process, each of which follows the platform by itself and verifies
 * tokens by itself. When one refuses a token it says so in a line, and what counts is when that
 * line is read here: later than it was, never earlier.
 */
public final class Followers implements AutoCloseable {
  private final String name;
  private final int count;
  private final Process process;
  private final PrintStream in;
  private final Map<String, List<Long>> refused = new ConcurrentHashMap<>();

  private Followers(String name, int count, Process process) {
    this.name = name;
    this.count = count;
    this.process = process;
    this.in = new PrintStream(process.getOutputStream(), true, StandardCharsets.UTF_8);
  }

  public static Followers ofJava(String issuer, URI url, String key, int count) {
    return begin("Java followers", OwnJvm.of(FollowingProgram.class), issuer, url, key, count);
  }

  /**
   * @param home of the project
   * @return empty where there is no Node, or the TypeScript client isn't built
   */
  public static Optional<Followers> ofNode(
      Path home, String issuer, URI url, String key, int count) {
    Path client = home.resolve("client/typescript/dist/index.js").toAbsolutePath();
    Path program = home.resolve("infra/benchmarks/src/main/node/following.mjs");
    if (!Files.exists(client)) {
      return Optional.empty();
    }
    try {
      var node = new ProcessBuilder("node", program.toString(), client.toString());
      return Optional.of(begin("Node followers", node, issuer, url, key, count));
    } catch (UncheckedIOException e) {
      return Optional.empty();
    }
  }

  private static Followers begin(
      String name, ProcessBuilder program, String issuer, URI url, String key, int count) {
    try {
      Process process = program.redirectError(ProcessBuilder.Redirect.INHERIT).start();
      var followers = new Followers(name, count, process);
      var out =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
      followers.in.println(issuer + " " + url + " " + key + " " + count);
      if (!"ready".equals(out.readLine())) {
        throw new IllegalStateException(name + " don't follow");
      }
      Thread.ofPlatform().daemon().name(name).start(() -> followers.hear(out));
      return followers;
    } catch (IOException e) {
      throw new UncheckedIOException(name + " could not be started", e);
    }
  }

  private void hear(BufferedReader out) {
    try {
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        long now = System.nanoTime();
        refused.computeIfAbsent(line.split(" ", 2)[0], word -> new ArrayList<>()).add(now);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name + " are gone", e);
    }
  }

  public int count() {
    return count;
  }

  public long pid() {
    return process.pid();
  }

  /** Has each of them look at that token until it refuses it. */
  public void watch(String word, String token) {
    in.println(word + " " + token);
  }

  /** When they refused it, by {@link System#nanoTime}: of those that do by now. */
  public List<Long> refused(String word) {
    List<Long> times = refused.get(word);
    return times == null ? List.of() : List.copyOf(times);
  }

  @Override
  public void close() {
    in.close();
    try {
      if (!process.waitFor(5, TimeUnit.SECONDS)) {
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
    }
  }
}
