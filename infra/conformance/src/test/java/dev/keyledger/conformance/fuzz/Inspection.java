package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Answered;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.databind.JsonNode;

/** What every answer has to be, whatever was asked. */
final class Inspection {
  /** What is longer, the server doesn't read: it can't know whose it is. */
  private static final int LONGEST_TARGET = 8_000;

  private static final Duration LONGEST = Duration.ofSeconds(5);

  /** What no client has to know. */
  private static final Pattern INSIDE =
      Pattern.compile(
          "\\bat [a-z]+\\.[a-zA-Z.$]+\\(|[a-zA-Z]Exception\\b|\\bjava\\.|dev\\.keyledger|springframework"
              + "|jackson|(?<![A-Za-z0-9_-])(?i:tomcat|coyote|hibernate|postgres(ql)?|psql|jdbc|kafka|axon)(?![A-Za-z0-9_-])|\\bSQL\\b"
              + "|(?i:select .* from|insert into)|(command|query|token)-service|downstream"
              + "|(?i:keyledger-reason|keyledger-dialect|keyledger-environment|x-auth-)"
              + "|/internal/|(?i:<html|<!doctype)");

  /** An address that HTTP allows and no server could take for another one. */
  private static final Pattern PLAIN =
      Pattern.compile("(/[A-Za-z0-9_.~-]+)+/?(\\?[!-~&&[^\"<>\\[\\]\\\\^`{|}#]]*)?");

  private final List<Target> targets;
  private final List<String> marks;
  private final List<String> ports;

  /**
   * @param marks of tenants who have nothing to do with it
   * @param hosts of the services behind the gateway
   */
  Inspection(List<Target> targets, List<String> marks, List<String> hosts) {
    this.targets = targets;
    this.marks = marks;
    this.ports = hosts;
  }

  /** What is wrong with it. */
  Optional<String> wrongWith(Attempt attempt, Answered answer) {
    if (answer.status() >= 500) {
      return Optional.of("a fault of ours");
    }
    if (answer.took().compareTo(LONGEST) > 0) {
      return Optional.of("it took " + answer.took());
    }
    return leakIn(attempt, String.join("\n", answer.headers()) + "\n" + answer.text())
        .or(() -> wrongShape(attempt, answer));
  }

  private Optional<String> leakIn(Attempt attempt, String all) {
    Matcher inside = INSIDE.matcher(all);
    while (inside.find()) {
      if (!attempt.contains(inside.group())) {
        return Optional.of("it tells of the inside: " + inside.group());
      }
    }
    for (String port : ports) {
      if (all.contains(port)) {
        return Optional.of("it names a service behind the gateway");
      }
    }
    for (String mark : marks) {
      if (all.contains(mark) && !attempt.contains(mark)) {
        return Optional.of("it tells of another tenant: " + mark);
      }
    }
    return Optional.empty();
  }

  private Optional<String> wrongShape(Attempt attempt, Answered answer) {
    Optional<Dialect> owner =
        attempt.mustBeAnswered() ? ownerOf(attempt.request().target()) : Optional.empty();
    if (owner.isPresent()) {
      return owner.get().wrongWith(answer, attempt.request().method());
    }
    // Whose path it is can't be said any more, if it is a path.
    boolean documented =
        Arrays.stream(Dialect.values())
                .anyMatch(
                    dialect -> dialect.wrongWith(answer, attempt.request().method()).isEmpty())
            || isCanonical(answer);
    return documented ? Optional.empty() : Optional.of("nobody's form");
  }

  /** Whether it is an address that a server reads, and reads in one way alone. */
  static boolean isPlain(String target) {
    return target.length() <= LONGEST_TARGET
        && PLAIN.matcher(target).matches()
        && !target.contains("/./")
        && !target.contains("/../")
        && !target.endsWith("/..")
        && !target.endsWith("/.");
  }

  private Optional<Dialect> ownerOf(String target) {
    if (!isPlain(target)) {
      return Optional.empty();
    }
    String path = target.replaceFirst("\\?.*", "");
    return targets.stream()
        .filter(each -> {
          String base = each.pattern().replaceFirst("/\\*\\*$", "").replaceFirst("/\\{.*", "");
          return path.equals(base) || path.startsWith(base + "/");
        })
        .map(Target::dialect)
        .findFirst();
  }

  /** The canonical API, for what is no path of a dialect. */
  private static boolean isCanonical(Answered answer) {
    JsonNode body = answer.json();
    return answer.body().length == 0
        || (answer.status() < 400
            ? body.isObject()
            : body.path("status").asInt() == answer.status() && body.path("code").isString());
  }
}
