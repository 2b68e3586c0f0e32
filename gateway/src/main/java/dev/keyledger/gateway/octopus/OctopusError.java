package dev.keyledger.gateway.octopus;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.kit.web.Problem;
import java.util.Arrays;
import java.util.Locale;
import java.util.Objects;
import java.util.stream.Collectors;
import org.springframework.http.HttpStatus;

/** {@code {"error":{"name":"ForbiddenError","code":"FORBIDDEN","message":"…"}}}. */
record OctopusError(HttpStatus status, String message) {

  static OctopusError of(Problem problem) {
    return switch (problem.code()) {
      case "ip_not_allowed" -> new OctopusError(HttpStatus.FORBIDDEN, "IP address not authorized");
      case "organization_suspended" ->
          new OctopusError(HttpStatus.FORBIDDEN, "Client account is suspended");
      default -> ofStatus(problem);
    };
  }

  private static OctopusError ofStatus(Problem problem) {
    HttpStatus status =
        Objects.requireNonNullElse(
            HttpStatus.resolve(problem.status()), HttpStatus.INTERNAL_SERVER_ERROR);
    return switch (status) {
      // One for every reason: what was presented may have been guessed or stolen.
      case UNAUTHORIZED -> new OctopusError(status, "Invalid credentials");
      case FORBIDDEN -> new OctopusError(status, "Access denied");
      default ->
          new OctopusError(
              status, problem.detail().isEmpty() ? status.getReasonPhrase() : problem.detail());
    };
  }

  Answer answer() {
    var error =
        Json.object().put("name", name()).put("code", status.name()).put("message", message);
    Answer answer = Answer.json(status.value(), Json.object().set("error", error));
    return status == HttpStatus.UNAUTHORIZED ? answer.with("WWW-Authenticate", "Bearer") : answer;
  }

  /** {@code NOT_FOUND} is a {@code NotFoundError}. */
  private String name() {
    return Arrays.stream(status.name().split("_"))
        .filter(word -> !word.equals("ERROR"))
        .map(word -> word.charAt(0) + word.substring(1).toLowerCase(Locale.ROOT))
        .collect(Collectors.joining("", "", "Error"));
  }
}
