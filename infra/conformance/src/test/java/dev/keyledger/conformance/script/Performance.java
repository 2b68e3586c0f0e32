package dev.keyledger.conformance.script;

import static org.awaitility.Awaitility.await;

import dev.keyledger.conformance.script.Step.Exchange;
import dev.keyledger.conformance.script.Step.Expected;
import dev.keyledger.conformance.script.Step.Field;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;

/** A sentence, or what is given to one, put to the platform. What it learns is its own. */
final class Performance {
  private static final Duration PAUSE = Duration.ofMillis(50);

  private final Stage stage;
  private final Assumptions assumptions;
  private final Variables variables;
  private final Client client;
  private final Map<String, Reply> named = new HashMap<>();

  Performance(Stage stage, Assumptions assumptions) {
    this.stage = stage;
    this.assumptions = assumptions;
    this.variables = new Variables(stage.world());
    variables.takeAll(assumptions.known());
    this.client = new Client(stage.world(), variables);
  }

  /**
   * @return what is known now
   */
  Map<String, String> of(List<Step> steps) {
    steps.forEach(this::take);
    return variables.all();
  }

  private void take(Step step) {
    try {
      switch (step) {
        case Step.Assume assume -> assume(assume.title());
        case Step.Alone alone -> assumptions.leaveTheOthers();
        case Step.Let let -> variables.set(let.name(), variables.expand(let.text()));
        case Step.MoveClock move -> stage.advance(move.by());
        case Step.NeverLogged never -> neverLogged(never);
        case Exchange exchange -> exchange(exchange);
      }
    } catch (RuntimeException e) {
      throw new AssertionError("line " + step.line() + ": " + e.getMessage(), e);
    }
  }

  private void assume(String wording) {
    variables.takeAll(
        assumptions.take(
            wording,
            () -> {
              try {
                return new Performance(stage, assumptions).of(stage.stepsOf(wording));
              } catch (AssertionError e) {
                throw new AssertionError("given " + wording + ": " + e.getMessage(), e);
              }
            }));
  }

  private void exchange(Exchange exchange) {
    if (exchange.within().isZero()) {
      sendAndCompare(exchange);
    } else {
      await()
          .atMost(exchange.within())
          .pollDelay(Duration.ZERO)
          .pollInterval(PAUSE)
          .untilAsserted(() -> sendAndCompare(exchange));
    }
  }

  private void sendAndCompare(Exchange exchange) {
    var replies = new ArrayList<Reply>();
    for (int i = 0; i < exchange.times(); i++) {
      replies.addAll(
          exchange.parallel() == 1
              ? List.of(client.send(exchange.request()))
              : client.sendAtOnce(exchange.request(), exchange.parallel()));
    }
    if (exchange.name() != null) {
      named.put(exchange.name(), replies.getFirst());
    }
    int accountedFor = 0;
    for (Expected expected : exchange.expected()) {
      List<Reply> ofStatus =
          replies.stream().filter(reply -> reply.status() == expected.status()).toList();
      int due = expected.count() == 0 ? replies.size() : expected.count();
      if (ofStatus.size() != due) {
        throw differs(expected, due + " answers of this status", replies);
      }
      ofStatus.forEach(reply -> compare(expected, reply, ofStatus.getFirst()));
      accountedFor += due;
    }
    if (accountedFor != replies.size()) {
      throw differs(exchange.expected().getFirst(), "no other answers", replies);
    }
  }

  private void compare(Expected expected, Reply reply, Reply firstOfThem) {
    for (Field field : expected.fields()) {
      compareField(expected, field, reply);
    }
    if (expected.body() != null) {
      List<String> differences = Shape.differences(expected.body(), reply.json(), variables);
      if (!differences.isEmpty()) {
        throw differs(expected, String.join("\n", differences), List.of(reply));
      }
    }
    if (expected.status() == 204 && reply.bytes().length > 0) {
      throw differs(expected, "no body", List.of(reply));
    }
    String other = expected.sameBodyAs();
    if (other != null && !Arrays.equals(reply.bytes(), bodyOf(other, firstOfThem))) {
      throw differs(expected, "the same bytes as " + other, List.of(reply));
    }
  }

  private byte[] bodyOf(String name, Reply firstOfThem) {
    return name.equals(Expected.EACH_OTHER)
        ? firstOfThem.bytes()
        : Objects.requireNonNull(named.get(name), "no exchange is named " + name).bytes();
  }

  private void compareField(Expected expected, Field field, Reply reply) {
    List<String> values = reply.all(field.name());
    boolean fits =
        field.value().equals("@absent")
            ? values.isEmpty()
            : values.size() == 1
                && TextPattern.of(variables.expand(field.value()))
                    .matches(values.getFirst(), variables);
    if (!fits) {
      throw differs(expected, field.name() + ": " + field.value(), List.of(reply));
    }
  }

  private static AssertionError differs(Expected expected, String due, List<Reply> replies) {
    String came = String.join("\n", replies.stream().map(Reply::toString).distinct().toList());
    return new AssertionError(
        "line %d, > %d: expected %s\nbut came %s"
            .formatted(expected.line(), expected.status(), due, came));
  }

  private void neverLogged(Step.NeverLogged never) {
    List<String> secrets = List.of(variables.expand(never.text()).split("\\s+"));
    try (Stream<Path> logs = Files.list(stage.world().logs())) {
      for (Path log : logs.toList()) {
        String text = Files.readString(log);
        if (secrets.stream().anyMatch(text::contains)) {
          throw new AssertionError("line " + never.line() + ": it is in " + log.getFileName());
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException("the logs", e);
    }
  }
}
