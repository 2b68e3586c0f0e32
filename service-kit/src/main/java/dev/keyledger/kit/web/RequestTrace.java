package dev.keyledger.kit.web;

import com.github.f4b6a3.uuid.UuidCreator;
import jakarta.servlet.http.HttpServletRequest;
import java.util.HexFormat;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
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
  public static final String REQUEST_ID_HEADER = "X-Request-Id";
  public static final String TRACEPARENT_HEADER = "traceparent";

  private static final String ATTRIBUTE = RequestTrace.class.getName();
  private static final Pattern SANE_ID = Pattern.compile("[A-Za-z0-9._-]{1,128}");
  private static final Pattern SANE_PARENT =
      Pattern.compile(
          "(?!ff)[0-9a-f]{2}-(?!0{32})[0-9a-f]{32}-(?!0{16})[0-9a-f]{16}-[0-9a-f]{2}.*");

  /** Takes or makes the id and the trace. */
  public static RequestTrace continuing(@Nullable String requestId, @Nullable String traceparent) {
    return continuing(
        requestId,
        traceparent,
        () -> UuidCreator.getTimeOrderedEpochFast().toString(),
        ThreadLocalRandom.current());
  }

  /**
   * Makes only what the client didn't say: this is on the path of every request.
   *
   * @param freshId used when the client named no sane one
   * @param random need not be unpredictable: an id is a name and no secret
   */
  static RequestTrace continuing(
      @Nullable String requestId,
      @Nullable String traceparent,
      Supplier<String> freshId,
      RandomGenerator random) {
    String trace;
    String flags;
    if (traceparent != null && SANE_PARENT.matcher(traceparent).matches()) {
      trace = traceparent.substring(3, 35);
      flags = traceparent.substring(53, 55);
    } else {
      trace = digits(random) + digits(random);
      flags = "00";
    }
    return new RequestTrace(
        requestId != null && SANE_ID.matcher(requestId).matches() ? requestId : freshId.get(),
        "00-" + trace + "-" + digits(random) + "-" + flags);
  }

  /** Sixteen hexadecimal digits, not all of them zero. */
  private static String digits(RandomGenerator random) {
    return HexFormat.of().toHexDigits(random.nextLong() | 1);
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
