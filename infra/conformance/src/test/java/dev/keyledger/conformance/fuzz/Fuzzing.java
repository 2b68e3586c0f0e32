package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.fuzz.Attempt.Delivery;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Line;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.conformance.wire.Wire;
import dev.keyledger.infra.services.Service;
import java.io.EOFException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.ProtocolException;
import java.net.SocketException;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** A run: every endpoint gets so many requests, several endpoints at a time. */
final class Fuzzing {
  /**
   * Fewer than hash passwords or wait for it at a time, so that no client is told to come later.
   */
  private static final int AT_A_TIME = 8;

  /** Every so many requests a good one shows that the endpoint still does what it is for. */
  private static final int GOOD_ONE = 50;

  private static final int MOST_FINDINGS = 5;
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final URI base;
  private final Targets targets;
  private final List<Target> all;
  private final Inspection inspection;
  private final Chaos chaos;
  private final long seed;

  Fuzzing(Platform platform, long seed) {
    this.base = platform.baseUrl();
    this.targets = new Targets(platform);
    this.all = targets.all();
    this.seed = seed;
    Bystanders bystanders = Bystanders.of(platform);
    this.inspection = new Inspection(all, bystanders.marks(), hostsBehind(platform));
    this.chaos = new Chaos(targets.credentials(), bystanders.names());
  }

  private static List<String> hostsBehind(Platform platform) {
    return Stream.of(Service.values())
        .filter(service -> service != Service.GATEWAY)
        .flatMap(service -> platform.cluster().replicas(service).stream())
        .map(replica -> ":" + replica.uri().getPort())
        .toList();
  }

  List<Target> all() {
    return all;
  }

  /** What was found, by endpoint. */
  Map<Target, List<String>> run(int requests) {
    String only = System.getProperty("fuzz.only", "");
    var running = new LinkedHashMap<Target, Future<List<String>>>();
    try (var threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      for (Target target : all) {
        if (target.toString().contains(only)) {
          Callable<List<String>> task = () -> findings(target, requests);
          running.put(target, threads.submit(task));
        }
      }
    }
    var found = new LinkedHashMap<Target, List<String>>();
    running.forEach((target, findings) -> found.put(target, result(findings)));
    return found;
  }

  private static List<String> result(Future<List<String>> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException("a run", e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }

  private List<String> findings(Target target, int requests) throws IOException {
    var found = new ArrayList<String>();
    try (var line = new Line(base, PATIENCE)) {
      int usual = good(target, line).status();
      Attempt before = null;
      for (int i = 0; i < requests && found.size() < MOST_FINDINGS; i++) {
        if (i % GOOD_ONE == GOOD_ONE - 1) {
          stillGood(target, usual, line).ifPresent(found::add);
        }
        Attempt attempt = attempt(target, i);
        String number = "seed " + seed + ", " + target + ", number " + i + ": ";
        Attempt earlier = before;
        send(attempt, target, line)
            .ifPresent(wrong -> found.add(number + wrong + "\n--- behind\n" + earlier));
        before = attempt;
      }
    }
    return found;
  }

  private Attempt attempt(Target target, int number) {
    Request good = target.good().get().with("X-Forwarded-For", targets.address());
    return chaos.on(good, Dice.of(seed, target.toString(), number), base.getAuthority());
  }

  private Optional<String> send(Attempt attempt, Target target, Line line) throws IOException {
    Optional<Answered> answer;
    try {
      answer = answerTo(attempt, line);
    } catch (ConnectException e) {
      return noAnswer(e, attempt);
    } catch (SocketException e) {
      line.close();
      // A server needn't hear all of what it refuses.
      return attempt.mayBeHungUpOn() ? Optional.empty() : noAnswer(e, attempt);
    } catch (IOException e) {
      line.close();
      return noAnswer(e, attempt);
    }
    answer.ifPresent(target.heard());
    return answer.flatMap(given ->
        inspection
            .wrongWith(attempt, given)
            .map(wrong -> wrong + "\n" + attempt + "\n--- is answered\n" + shortened(given)));
  }

  private static Optional<String> noAnswer(IOException why, Attempt attempt) {
    return Optional.of("no answer (" + why + ") to " + attempt);
  }

  private Optional<Answered> answerTo(Attempt attempt, Line line) throws IOException {
    if (attempt.delivery() == Delivery.CUT) {
      return answerToCut(attempt);
    }
    try {
      return Optional.of(sent(attempt, line));
    } catch (ProtocolException e) {
      line.close();
      if (Inspection.isPlain(attempt.request().target())) {
        throw e;
      }
    }
    try {
      // Nothing that came before on this connection can have been the reason.
      return Optional.of(sent(attempt, line));
    } catch (ProtocolException noStatus) {
      // Tomcat answers an address that it can't read as it would have before there were statuses.
      line.close();
      return Optional.empty();
    }
  }

  private static Answered sent(Attempt attempt, Line line) throws IOException {
    return line.send(
        attempt.request().method(), attempt.bytes(), attempt.delivery() == Delivery.PIECES);
  }

  /** On a connection of its own, whose other end hears that nothing more will come. */
  private Optional<Answered> answerToCut(Attempt attempt) throws IOException {
    try (var wire = Wire.to(base, Wire.LOOPBACK, PATIENCE)) {
      wire.write(attempt.bytes());
      wire.endOutput();
      return wire.read(attempt.request().method());
    } catch (EOFException | SocketException | ProtocolException neither) {
      // Without a version it was HTTP/0.9, whose answers have no status.
      return Optional.empty();
    }
  }

  /**
   * Whatever came before, a good request is answered as one.
   *
   * @param usual what it was answered before: a limit may have been reached then already
   */
  private Optional<String> stillGood(Target target, int usual, Line line) throws IOException {
    Answered answer = good(target, line);
    if (answer.status() == 401) {
      target.renew().run();
      answer = good(target, line);
    }
    boolean fine = answer.status() == usual || (answer.status() < 500 && answer.status() != 401);
    return fine
        ? Optional.empty()
        : Optional.of("a good request of " + target + " is answered\n" + shortened(answer));
  }

  private Answered good(Target target, Line line) throws IOException {
    Answered answer = line.send(target.good().get().with("X-Forwarded-For", targets.address()));
    target.heard().accept(answer);
    return answer;
  }

  private static String shortened(Answered answer) {
    String text = answer.toString();
    return text.substring(0, Math.min(1_500, text.length()));
  }
}
