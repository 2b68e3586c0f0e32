package dev.keyledger.kit.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ServletException;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body that is too large before it is read, or that doesn't come whole, so that whoever
 * reads one knows its length; and one whose type is a range of types. A body that is empty has no
 * type: what a client's library says of it means nothing.
 */
final class BodyFilter extends HttpFilter {
  /** Spring MVC takes a body of {@code application/*} for a fault of ours. */
  private static final Problem ANY_TYPE =
      Problem.of(415, "unsupported_media_type", "The body's type has to be said.");

  private static final Problem TORN =
      Problem.of(400, "bad_request", "The body cannot be read.").withHeader("Connection", "close");

  private final int usual;
  private final transient ProblemWriter problems;

  /**
   * @param usual bytes of one body, where {@link LargerBodies} has no others
   */
  BodyFilter(int usual, ProblemWriter problems) {
    this.usual = usual;
    this.problems = problems;
  }

  /** What is left of the body is not worth reading. */
  static Problem tooLarge() {
    return Problem.of(413, "body_too_large", "The body is larger than this server reads.")
        .withHeader("Connection", "close");
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    int maximum = LargerBodies.mostAt(request.getRequestURI(), usual);
    if (request.getContentLengthLong() > maximum) {
      problems.write(response, tooLarge());
      return;
    }
    if (isOfAnyType(request.getContentType())) {
      problems.write(response, ANY_TYPE);
      return;
    }
    HttpServletRequest whole = request;
    if (request.getContentLengthLong() < 0 && request.getHeader("Transfer-Encoding") != null) {
      byte[] body;
      try {
        body = request.getInputStream().readNBytes(maximum + 1);
      } catch (IOException e) {
        problems.write(response, TORN);
        return;
      }
      if (body.length > maximum) {
        problems.write(response, tooLarge());
        return;
      }
      whole = new ReadRequest(request, body);
    }
    boolean typedForNothing = whole.getContentLengthLong() <= 0 && request.getContentType() != null;
    chain.doFilter(typedForNothing ? new UntypedRequest(whole) : whole, response);
  }

  private static boolean isOfAnyType(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int any = contentType.indexOf('*');
    int parameters = contentType.indexOf(';');
    return any >= 0 && (parameters < 0 || any < parameters);
  }
}
