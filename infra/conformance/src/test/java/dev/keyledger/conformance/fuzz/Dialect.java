package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Answered;
import java.util.Optional;
import java.util.Set;
import tools.jackson.databind.JsonNode;

/** A published system: which statuses its clients are told of, and how it says that it refuses. */
enum Dialect {
  INCARD("incard", Set.of(200)) {
    @Override
    Optional<String> wrongIn(JsonNode refusal, int status) {
      return fields(refusal, "type", "title", "status", "code", "detail")
          .or(() -> refusal.path("status").asInt() == status ? none() : wrong(refusal));
    }
  },
  INCRM("incrm", Set.of(200, 201, 204, 409)) {
    @Override
    Optional<String> wrongIn(JsonNode refusal, int status) {
      JsonNode error = refusal.path("error");
      boolean fits =
          refusal.path("success").isBoolean()
              && !refusal.path("success").asBoolean()
              && error.path("message").isString()
              && CODES.contains(error.path("code").asInt())
              && error.path("code").asInt() / 1000 == status;
      return fields(refusal, "success", "error")
          .or(() -> fields(error, "code", "message"))
          .or(() -> fits ? none() : wrong(refusal));
    }
  },
  SYNCGRAM_PAY("syncgram-pay", Set.of(200, 201, 202)) {
    @Override
    Optional<String> wrongIn(JsonNode refusal, int status) {
      return fields(refusal, "type", "title", "status", "detail")
          .or(() -> refusal.path("status").asInt() == status ? none() : wrong(refusal));
    }
  },
  OCTOPUS_CARDS("octopus-cards", Set.of(200)) {
    @Override
    Optional<String> wrongIn(JsonNode refusal, int status) {
      JsonNode error = refusal.path("error");
      return fields(refusal, "error")
          .or(() -> fields(error, "name", "code", "message"))
          .or(() -> error.path("name").asString("").endsWith("Error") ? none() : wrong(refusal));
    }
  };

  /** The eleven that are published, and ours. */
  private static final Set<Integer> CODES =
      Set.of(
          401001, 401010, 401011, 401012, 401013, 401014, 401015, 401020, 401021, 401022, 403000,
          400000, 404000, 405000, 409000, 409001, 413000, 414000, 415000, 429000, 431000);

  /** What every dialect may say of a request that is none of its good ones. */
  private static final Set<Integer> REFUSALS =
      Set.of(400, 401, 403, 404, 405, 413, 414, 415, 429, 431);

  private final String title;
  private final Set<Integer> statuses;

  /**
   * @param statuses beside those of refusals
   */
  Dialect(String title, Set<Integer> statuses) {
    this.title = title;
    this.statuses = statuses;
  }

  /** What is wrong with the body of a refusal. */
  abstract Optional<String> wrongIn(JsonNode refusal, int status);

  /** What is wrong with an answer under this system's paths. */
  Optional<String> wrongWith(Answered answer, String method) {
    boolean methodsAreTold = method.equals("OPTIONS") && answer.status() == 204;
    if (!statuses.contains(answer.status())
        && !REFUSALS.contains(answer.status())
        && !methodsAreTold) {
      return Optional.of("a status that is not documented");
    }
    if (method.equals("HEAD") || answer.status() == 204) {
      return answer.body().length == 0 ? none() : Optional.of("a body where none is due");
    }
    if (!answer.header("Content-Type").contains("json")) {
      return Optional.of("no JSON");
    }
    JsonNode body = answer.json();
    if (!body.isObject() && !body.isArray()) {
      return Optional.of("no JSON");
    }
    return answer.status() < 400 ? none() : wrongIn(body, answer.status());
  }

  private static Optional<String> fields(JsonNode object, String... names) {
    return Set.copyOf(object.propertyNames()).equals(Set.of(names))
        ? none()
        : Optional.of("other fields than " + Set.of(names));
  }

  private static Optional<String> none() {
    return Optional.empty();
  }

  private static Optional<String> wrong(JsonNode refusal) {
    return Optional.of("another shape than a refusal's: " + refusal);
  }

  /** As policies call it. */
  @Override
  public String toString() {
    return title;
  }
}
