package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Answer;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import java.util.Arrays;

/** InCRM's numbered errors: the eleven that are published, then ours. */
enum Refused {
  INVALID_CREDENTIALS(401, 401001, "Invalid credentials"),
  INVALID_ACCESS_TOKEN(401, 401010, "Invalid access token"),
  ACCESS_TOKEN_ENDED(401, 401011, "Access token not found in whitelist"),
  UNKNOWN_REFRESH_TOKEN(401, 401012, "Refresh token not found in whitelist"),
  INVALID_REFRESH_TOKEN(401, 401013, "Invalid refresh token"),
  INSUFFICIENT_PERMISSIONS(401, 401014, "Insufficient permissions for this action"),
  BUSINESS_REQUIRED(401, 401015, "Business access required"),
  EXPIRED_KEY(401, 401020, "API key has expired"),
  REVOKED_KEY(401, 401021, "API key has been revoked"),
  INVALID_KEY(401, 401022, "Invalid API key"),
  FORBIDDEN(403, 403000, "Forbidden resource"),

  INVALID_REQUEST(400, 400000, "Invalid request"),
  NO_SUCH_RESOURCE(404, 404000, "Resource not found"),
  METHOD_NOT_ALLOWED(405, 405000, "Method not allowed"),
  NOT_ACCEPTABLE(406, 406000, "Answers are application/json"),
  TOO_MANY_KEYS(409, 409000, "Too many active API keys"),
  CONFLICT(409, 409001, "This cannot be done as things stand"),
  BODY_TOO_LARGE(413, 413000, "Request body too large"),
  URI_TOO_LONG(414, 414000, "Request URI too long"),
  WRONG_CONTENT_TYPE(415, 415000, "Content type must be application/json"),
  TOO_MANY_REQUESTS(429, 429000, "Too many requests"),
  HEADERS_TOO_LARGE(431, 431000, "Request headers too large"),
  INTERNAL_ERROR(500, 500000, "Internal error"),
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

  /** Tells one of these by its name, and anything else by what it comes nearest to. */
  static Answer answerTo(Problem problem) {
    Refused refused =
        Arrays.stream(values())
            .filter(r -> r.name().equals(problem.code()))
            .findFirst()
            .orElseGet(() -> of(problem));
    return refused
        .answer(refused == INVALID_REQUEST ? whatIsWrong(problem) : refused.message)
        .with(problem.headers());
  }

  private static Refused of(Problem problem) {
    int status = problem.status();
    return switch (status) {
      case 401 -> INVALID_ACCESS_TOKEN;
      case 403 -> FORBIDDEN;
      case 404 -> NO_SUCH_RESOURCE;
      case 405 -> METHOD_NOT_ALLOWED;
      case 406 -> NOT_ACCEPTABLE;
      case 409 -> problem.code().equals("key_limit_reached") ? TOO_MANY_KEYS : CONFLICT;
      case 413 -> BODY_TOO_LARGE;
      case 414 -> URI_TOO_LONG;
      case 415 -> WRONG_CONTENT_TYPE;
      case 429 -> TOO_MANY_REQUESTS;
      case 431 -> HEADERS_TOO_LARGE;
      case 502, 503, 504 -> UNAVAILABLE;
      default -> status < 500 ? INVALID_REQUEST : INTERNAL_ERROR;
    };
  }

  /** Published clients read the number; people read this. */
  private static String whatIsWrong(Problem problem) {
    Object field = problem.members().get("field");
    String name = field == null ? "" : field.toString().replace("expires_at", "expiresAt") + ": ";
    return INVALID_REQUEST.message + ": " + name + problem.detail();
  }

  private Answer answer(String told) {
    Answer answer = Envelope.failure(status, code, told);
    return status == 401 ? answer.with("WWW-Authenticate", "Bearer") : answer;
  }
}
