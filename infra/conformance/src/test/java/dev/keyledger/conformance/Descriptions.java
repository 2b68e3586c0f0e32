package dev.keyledger.conformance;

import dev.keyledger.kit.api.ApiSources;
import dev.keyledger.testing.DescribedAnswers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** Holds an answer to the description of whose path it is: a dialect's, or the canonical API's. */
final class Descriptions {
  private static final List<DescribedAnswers> DIALECTS =
      Stream.of("incard", "incrm", "octopus-cards", "syncgram-pay")
          .map(name -> DescribedAnswers.of(ApiSources.read("/api/" + name + ".yaml")))
          .toList();

  private Descriptions() {}

  /**
   * @throws AssertionError that says what the description doesn't
   */
  static void check(HttpResponse<byte[]> answer) {
    String path = answer.request().uri().getRawPath();
    DIALECTS.stream()
        .filter(dialect -> dialect.describes(path))
        .findFirst()
        .orElseGet(DescribedAnswers::canonical)
        .check(
            answer.request().method(),
            path,
            answer.statusCode(),
            name -> answer.headers().firstValue(name).orElse(null),
            new String(answer.body(), StandardCharsets.UTF_8));
  }
}
