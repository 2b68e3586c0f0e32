package dev.keyledger.gateway.syncgram;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.gateway.dialect.Json;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/**
 * RFC 9457 problem details. The texts for the limit, the connected account, the unknown key and the
 * rate are published, and clients compare them; the others are ours.
 */
final class Refusals {
  private Refusals() {}

  static Answer answerTo(Problem problem) {
    int status = statusOf(problem);
    HttpStatus known = HttpStatus.resolve(status);
    Answer answer =
        Answer.json(
            status,
            MediaType.APPLICATION_PROBLEM_JSON,
            Json.object()
                .put("type", "about:blank")
                .put("title", known == null ? "Refused" : known.getReasonPhrase())
                .put("status", status)
                .put("detail", detailOf(problem, status)));
    if (status == 401) {
      answer = answer.with("WWW-Authenticate", "Bearer");
    }
    return answer.with(problem.headers());
  }

  // What the canonical API finds in the way, or in a field, is a bad request to these clients.
  private static int statusOf(Problem problem) {
    return switch (problem.status()) {
      case 409, 412, 422 -> 400;
      case 502, 504 -> 503;
      default -> problem.status();
    };
  }

  private static String detailOf(Problem problem, int status) {
    return switch (problem.code()) {
      case "key_limit_reached" ->
          "Organization already has an active key. Revoke it before creating a new one.";
      case "connected_account" -> "Connected accounts cannot manage API keys.";
      case "key_not_found" -> "API key not found.";
      case "creation_rate_exceeded" ->
          "Rate limit exceeded. Wait 1 minute before creating another key.";
      case "idempotency_key_reused" -> "This idempotency_key was sent with another request.";
      // Alike, whether or not the password was right.
      case "invalid_credentials", "no_organization" -> "Invalid email or password.";
      case "invalid_challenge", "invalid_code" -> "Invalid or expired challenge or code.";
      case "second_step_not_set_up" -> "Set up a second step before you sign in.";
      default -> detailOf(status, problem);
    };
  }

  private static String detailOf(int status, Problem problem) {
    return switch (status) {
      case 400 -> nameOf(problem.members().get("field")) + problem.detail();
      // One text whatever is wrong with a credential: a stranger learns nothing of it.
      case 401 -> "Missing, invalid or expired credentials.";
      case 403 -> "The account or role does not permit this action.";
      case 404 -> "Not found.";
      case 500 -> "Something went wrong on our side.";
      case 503 -> "The service cannot answer now.";
      default -> problem.detail();
    };
  }

  private static String nameOf(@Nullable Object field) {
    if (field == null) {
      return "";
    }
    return switch (field.toString()) {
          case "name" -> "key_name";
          case "environment" -> "env";
          case String name -> name;
        }
        + ": ";
  }

  static ProblemException unauthenticated() {
    return Problem.of(401, "invalid_credential", "").toException();
  }

  static ProblemException forbidden() {
    return Problem.of(403, "forbidden", "").toException();
  }

  /** What was asked has been done, but a consumer may not have heard of it yet; worth repeating. */
  static ProblemException notInForce() {
    return Problem.of(503, "not_in_force", "").withHeader("Retry-After", "1").toException();
  }
}
