package dev.keyledger.kit.web.bounds;

import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.Map;

/** How a server that refuses a request before the application has seen it puts that. */
public interface RefusalForm {
  /**
   * @param path as it stands in the request line, as far as it could be read
   */
  Refusal refusal(String path, Problem problem);

  /** An answer as it goes out. */
  record Refusal(int status, Map<String, List<String>> headers, byte[] body) {}

  /** What is said of a request that the server itself couldn't read. */
  static Problem unreadable(int status) {
    return switch (status) {
      case 405 -> Problem.of(405, "method_not_allowed", "This path does not take this method.");
      case 414 -> Problem.of(414, "uri_too_long", "The address is longer than this server reads.");
      case 431 ->
          Problem.of(431, "header_too_large", "The headers are more than this server reads.");
      // An expectation, a transfer coding or a version that the server doesn't know: the client's
      // doing, too, and no published system has words for it.
      case 417, 426, 501, 505 -> unreadable(400);
      default ->
          status < 500
              ? Problem.of(status, "bad_request", "The request cannot be understood.")
              : Problem.of(status, "internal", "Something went wrong on our side.");
    };
  }
}
