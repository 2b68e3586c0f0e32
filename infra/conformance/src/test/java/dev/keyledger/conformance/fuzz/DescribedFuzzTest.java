package dev.keyledger.conformance.fuzz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.DynamicTest.dynamicTest;

import dev.keyledger.conformance.Conformance;
import dev.keyledger.conformance.Conformance.Platform;
import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Line;
import dev.keyledger.conformance.wire.Request;
import dev.keyledger.kit.api.ApiDescription;
import dev.keyledger.kit.api.ApiSources;
import dev.keyledger.kit.api.ProblemCatalogue;
import dev.keyledger.testing.DescribedAnswers;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DisplayName;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.extension.RegisterExtension;
import tools.jackson.databind.JsonNode;

/**
 * Every operation of every description gets values that come of its schemas; each answer is one
 * that the description knows. An operation is fuzzed on the day on which it is described.
 */
@DisplayName("fuzzing by the descriptions")
class DescribedFuzzTest {
  @RegisterExtension static final Conformance CONFORMANCE = new Conformance();

  private static final int SHORT = 500;
  private static final int LONG = 10_000;
  private static final int AT_A_TIME = 6;
  private static final int MOST_FINDINGS = 3;
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  /** What would end the credentials by which the rest is asked, or stop the platform's work. */
  private static final Set<String> OPERATOR_IS_KEPT_OUT =
      Set.of(
          "retryRelay",
          "renewTopic",
          "startRebuild",
          "cancelRebuild",
          "acknowledgeUnreadableRecord",
          "suspendOrganization",
          "setPolicy",
          "changePolicy",
          "setIpAllowlist");

  /** Each hashes a password, which takes as long as it is meant to. */
  private static final Set<String> SLOW =
      Set.of("signIn", "changePassword", "beginSecondStep", "resetPassword", "acceptInvitation");

  /** Parameters that take a position. */
  private static final Pattern POSITION = Pattern.compile("[?&](at_least|as_of|at)=");

  private static final int FEWER = 10;

  @TestFactory
  Stream<DynamicTest> describedRequests(Platform platform) throws Exception {
    return run(platform, SHORT);
  }

  @Tag("fuzz")
  @TestFactory
  Stream<DynamicTest> manyDescribedRequests(Platform platform) throws Exception {
    return run(platform, LONG);
  }

  private static Stream<DynamicTest> run(Platform platform, int requests) throws Exception {
    long seed = Long.getLong("fuzz.seed", System.nanoTime() % 1_000_000_000);
    String only = System.getProperty("fuzz.only", "");
    System.out.printf("Fuzzing by the descriptions: -Dfuzz.seed=%d%n", seed);
    var documents = new LinkedHashMap<String, JsonNode>();
    documents.put("canonical", new ApiDescription(new ProblemCatalogue()).document());
    for (String dialect : List.of("incard", "incrm", "octopus-cards", "syncgram-pay")) {
      documents.put(dialect, ApiSources.read("/api/" + dialect + ".yaml"));
    }
    var credentials = new Credentials(platform);
    var running = new LinkedHashMap<String, Future<List<String>>>();
    try (var threads = Executors.newFixedThreadPool(AT_A_TIME)) {
      documents.forEach((name, document) -> {
        var answers = DescribedAnswers.of(document);
        var values = new SchemaValues(document, credentials.known());
        for (DescribedOperation operation : DescribedOperation.allOf(document)) {
          String title = name + ", " + operation;
          int count = SLOW.contains(operation.id()) ? requests / FEWER : requests;
          Callable<List<String>> task =
              () -> findings(platform, operation, values, answers, credentials, seed, count);
          if (title.contains(only)) {
            running.put(title, threads.submit(task));
          }
        }
      });
    }
    var tests = new ArrayList<DynamicTest>();
    for (Map.Entry<String, Future<List<String>>> each : running.entrySet()) {
      List<String> found = each.getValue().get();
      String text = "requests by the description: " + each.getKey();
      tests.add(
          dynamicTest(
              text,
              () ->
                  platform
                      .report()
                      .of("fuzzing by the descriptions", text, () -> assertThat(found).isEmpty())));
    }
    return tests.stream();
  }

  private static List<String> findings(
      Platform platform,
      DescribedOperation operation,
      SchemaValues values,
      DescribedAnswers answers,
      Credentials credentials,
      long seed,
      int requests)
      throws IOException {
    var found = new ArrayList<String>();
    try (var line = new Line(platform.baseUrl(), PATIENCE)) {
      for (int i = 0; i < requests && found.size() < MOST_FINDINGS; i++) {
        Dice dice = Dice.of(seed, operation.toString(), i);
        boolean operatorToo = !OPERATOR_IS_KEPT_OUT.contains(operation.id());
        Request request =
            credentials.onto(operation.request(values, dice), dice, operatorToo, operation.id());
        Answered answer = line.send(request);
        List<String> wrong = wrongWith(operation, request, answer, answers);
        if (!wrong.isEmpty()) {
          found.add(
              "seed %d, number %d: %s is answered %s: %s"
                  .formatted(seed, i, shown(request), shortened(answer), wrong));
        }
      }
    }
    return found;
  }

  private static List<String> wrongWith(
      DescribedOperation operation, Request request, Answered answer, DescribedAnswers answers) {
    // Only who asks for a position can be told that it hasn't come yet.
    boolean mayBeLate = answer.status() == 504 && POSITION.matcher(request.target()).find();
    if (answer.status() >= 500 && !mayBeLate) {
      return List.of("a fault of ours");
    }
    return answers.wrongWith(
        operation.method(),
        request.target(),
        answer.status(),
        name -> answer.all(name).isEmpty() ? null : answer.header(name),
        answer.text());
  }

  private static String shown(Request request) {
    return request.method()
        + " "
        + shortened(request.target())
        + " "
        + shortened(new String(request.body(), StandardCharsets.UTF_8));
  }

  private static String shortened(Object told) {
    String text = told.toString();
    return text.substring(0, Math.min(800, text.length()));
  }
}
