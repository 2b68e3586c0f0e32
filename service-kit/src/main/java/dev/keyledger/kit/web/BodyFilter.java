package dev.keyledger.kit.web;

import jakarta.servlet.FilterChain;
import jakarta.servlet.ReadListener;
import jakarta.servlet.ServletException;
import jakarta.servlet.ServletInputStream;
import jakarta.servlet.http.HttpFilter;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletRequestWrapper;
import jakarta.servlet.http.HttpServletResponse;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/**
 * Refuses a body that is too large before or while it is read, so that no reader buffers more than
 * allowed; and one whose type is a range of types.
 */
final class BodyFilter extends HttpFilter {
  /** Spring MVC takes a body of {@code application/*} for a fault of ours. */
  private static final Problem ANY_TYPE =
      Problem.of(415, "unsupported_media_type", "The body's type has to be said.");

  private final long maximum;
  private final transient ProblemWriter problems;

  /**
   * @param maximum bytes of one body
   */
  BodyFilter(long maximum, ProblemWriter problems) {
    this.maximum = maximum;
    this.problems = problems;
  }

  static Problem tooLarge() {
    return Problem.of(413, "body_too_large", "The body is larger than this server reads.");
  }

  @Override
  protected void doFilter(
      HttpServletRequest request, HttpServletResponse response, FilterChain chain)
      throws ServletException, IOException {
    if (request.getContentLengthLong() > maximum) {
      // What is left of the body is not worth reading.
      problems.write(response, tooLarge().withHeader("Connection", "close"));
      return;
    }
    if (isOfAnyType(request.getContentType())) {
      problems.write(response, ANY_TYPE);
      return;
    }
    boolean untold = request.getContentLengthLong() < 0;
    chain.doFilter(untold ? new Limited(request, maximum) : request, response);
  }

  private static boolean isOfAnyType(@Nullable String contentType) {
    if (contentType == null) {
      return false;
    }
    int any = contentType.indexOf('*');
    int parameters = contentType.indexOf(';');
    return any >= 0 && (parameters < 0 || any < parameters);
  }

  private static final class Limited extends HttpServletRequestWrapper {
    private final long maximum;

    Limited(HttpServletRequest request, long maximum) {
      super(request);
      this.maximum = maximum;
    }

    @Override
    public ServletInputStream getInputStream() throws IOException {
      return new LimitedStream(super.getInputStream(), maximum);
    }

    @Override
    public BufferedReader getReader() throws IOException {
      return new BufferedReader(new InputStreamReader(getInputStream(), StandardCharsets.UTF_8));
    }
  }

  private static final class LimitedStream extends ServletInputStream {
    private final ServletInputStream in;
    private final long maximum;
    private long read;

    LimitedStream(ServletInputStream in, long maximum) {
      this.in = in;
      this.maximum = maximum;
    }

    @Override
    public int read() throws IOException {
      int next = in.read();
      count(next < 0 ? 0 : 1);
      return next;
    }

    @Override
    public int read(byte[] bytes, int offset, int length) throws IOException {
      int n = in.read(bytes, offset, length);
      count(n);
      return n;
    }

    private void count(int n) throws BodyTooLargeException {
      if (n > 0 && (read += n) > maximum) {
        throw new BodyTooLargeException(maximum);
      }
    }

    @Override
    public boolean isFinished() {
      return in.isFinished();
    }

    @Override
    public boolean isReady() {
      return in.isReady();
    }

    @Override
    public void setReadListener(ReadListener listener) {
      in.setReadListener(listener);
    }
  }
}
