package dev.keyledger.subscriber.web;

import jakarta.servlet.http.HttpServletRequest;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * What ties a request to its log lines, events and answer. A handler method may take one as an
 * argument.
 *
 * @param requestId the client's {@code X-Request-Id} where it is sane, otherwise made here
 * @param traceparent W3C Trace Context, level 1: the client's trace with a span of our own
 */
public record RequestTrace(String requestId, String traceparent) {
  static final String REQUEST_ID_HEADER = "X-Request-Id";
  static final String TRACEPARENT_HEADER = "traceparent";

  private static final String ATTRIBUTE = RequestTrace.class.getName();
  private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Pattern SANE_PARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}.*");

  /**
   * @param freshId used when the client named no sane one
   * @param freshTrace 32 hexadecimal digits, for a request that belongs to no trace yet
   * @param span 16 hexadecimal digits
   */
  static RequestTrace continuing(
      @Nullable String requestId,
      @Nullable String traceparent,
      String freshId,
      String freshTrace,
      String span) {
    String trace = freshTrace;
    String flags = "00";
    if (traceparent != null && SANE_PARENT.matcher(traceparent).matches()) {
      trace = traceparent.substring(3, 35);
      flags = traceparent.substring(53, 55);
    }
    return new RequestTrace(
        requestId != null && SANE_ID.matcher(requestId).matches() ? requestId : freshId,
        "00-" + trace + "-" + span + "-" + flags);
  }

  /** The trace's id, 32 hexadecimal digits. */
  public String traceId() {
    return traceparent.substring(3, 35);
  }

  /**
   * @throws IllegalStateException for a request that did not pass the filter
   */
  public static RequestTrace of(HttpServletRequest request) {
    if (request.getAttribute(ATTRIBUTE) instanceof RequestTrace trace) {
      return trace;
    }
    throw new IllegalStateException("the request did not pass the trace filter");
  }

  void attachTo(HttpServletRequest request) {
    request.setAttribute(ATTRIBUTE, this);
  }
}
