package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.subscriber.Problem;
import dev.keyledger.subscriber.ProblemException;
import java.util.Arrays;

/** InCRM's numbered errors: the eleven that are published, then ours. */
enum Refused {
  CREDENTIALS(401, 401001, "Invalid credentials"),
  ACCESS_TOKEN(401, 401010, "Invalid access token"),
  ACCESS_TOKEN_ENDED(401, 401011, "Access token not found in whitelist"),
  REFRESH_TOKEN_UNKNOWN(401, 401012, "Refresh token not found in whitelist"),
  REFRESH_TOKEN(401, 401013, "Invalid refresh token"),
  PERMISSIONS(401, 401014, "Insufficient permissions for this action"),
  BUSINESS(401, 401015, "Business access required"),
  KEY_EXPIRED(401, 401020, "API key has expired"),
  KEY_REVOKED(401, 401021, "API key has been revoked"),
  KEY(401, 401022, "Invalid API key"),
  FORBIDDEN(403, 403000, "Forbidden resource"),

  REQUEST(400, 400000, "Invalid request"),
  PATH(404, 404000, "Resource not found"),
  METHOD(405, 405000, "Method not allowed"),
  KEY_LIMIT(409, 409000, "Too many active API keys"),
  BODY_SIZE(413, 413000, "Request body too large"),
  CONTENT_TYPE(415, 415000, "Content type must be application/json"),
  RATE(429, 429000, "Too many requests"),
  FAULT(500, 500000, "Internal error"),
  UNAVAILABLE(503, 503000, "Service unavailable");

  private final int status;
  private final int code;
  private final String message;

  Refused(int status, int code, String message) {
    this.status = status;
    this.code = code;
    this.message = message;
  }

  ProblemException toException() {
    return toProblem().toException();
  }

  /** Its name is its code until it is told. */
  Problem toProblem() {
    return Problem.of(status, name(), message);
  }

  /** Tells one of these by its name, and anything else by its status. */
  static Answer answerTo(Problem problem) {
    Refused refused =
        Arrays.stream(values())
            .filter(r -> r.name().equals(problem.code()))
            .findFirst()
            .orElseGet(() -> ofStatus(problem.status()));
    return refused
        .answer(refused == REQUEST ? whatIsWrong(problem) : refused.message)
        .with(problem.headers());
  }

  private static Refused ofStatus(int status) {
    return switch (status) {
      case 401 -> ACCESS_TOKEN;
      case 403 -> FORBIDDEN;
      case 404 -> PATH;
      case 405 -> METHOD;
      case 409 -> KEY_LIMIT;
      case 413 -> BODY_SIZE;
      case 415 -> CONTENT_TYPE;
      case 429 -> RATE;
      case 502, 503, 504 -> UNAVAILABLE;
      default -> status < 500 ? REQUEST : FAULT;
    };
  }

  /** Published clients read the number; people read this. */
  private static String whatIsWrong(Problem problem) {
    Object field = problem.members().get("field");
    String name = field == null ? "" : field.toString().replace("expires_at", "expiresAt") + ": ";
    return REQUEST.message + ": " + name + problem.detail();
  }

  private Answer answer(String told) {
    Answer answer = Envelope.failure(status, code, told);
    return status == 401 ? answer.with("WWW-Authenticate", "Bearer") : answer;
  }
}
