package dev.keyledger.kit.web;

import jakarta.servlet.http.HttpServletRequest;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;

/** The one rule of what a body may be, and what an answer is (RFC 9110, section 8). */
public final class MediaTypes {
  public static final String JSON = "application/json";
  public static final String FORM = "application/x-www-form-urlencoded";

  /** To a body that was compressed: none is read (RFC 9110, section 12.5.3). */
  public static final Problem CODED =
      Problem.of(415, "unsupported_content_coding", "A body is read as it is, without a coding.")
          .withHeader("Accept-Encoding", "identity");

  /** To an {@code Accept} that our answers can't meet. */
  public static final Problem NOT_ACCEPTABLE =
      Problem.of(406, "not_acceptable", "There is no answer in a form that is accepted.");

  private MediaTypes() {}

  /** What is due where a body is of another type. */
  public static Problem unsupported(String taken) {
    return Problem.of(
        415, "unsupported_media_type", "A body has to be " + taken + " here, in UTF-8.");
  }

  /**
   * Whether it says that the body is of a type. Its parameters may be any, but a {@code charset} is
   * UTF-8.
   *
   * @param contentType as the header has it
   */
  public static boolean is(@Nullable String contentType, String type) {
    if (contentType == null) {
      return false;
    }
    if (contentType.equalsIgnoreCase(type)) {
      return true;
    }
    try {
      MediaType said = MediaType.parseMediaType(contentType);
      return MediaType.valueOf(type).equalsTypeAndSubtype(said)
          && (said.getCharset() == null || said.getCharset().equals(StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  /** Whether a body came in a coding other than none. */
  public static boolean isCoded(HttpServletRequest request) {
    return isCoded(Collections.list(request.getHeaders("Content-Encoding")));
  }

  /**
   * @param codings all the values of {@code Content-Encoding}
   */
  public static boolean isCoded(List<String> codings) {
    for (String header : codings) {
      for (String coding : header.split(",", -1)) {
        if (!coding.isBlank() && !coding.strip().equalsIgnoreCase("identity")) {
          return true;
        }
      }
    }
    return false;
  }

  /** Whether JSON may be answered: by {@code Accept}, of which the most specific range decides. */
  public static boolean acceptsJson(HttpServletRequest request) {
    String first = request.getHeader("Accept");
    return first == null
        || first.equals("*/*")
        || first.equals(JSON)
        || accepts(Collections.list(request.getHeaders("Accept")));
  }

  static boolean accepts(List<String> accept) {
    var ranges = new ArrayList<MediaType>();
    try {
      accept.forEach(header -> ranges.addAll(MediaType.parseMediaTypes(header)));
    } catch (IllegalArgumentException e) {
      return false;
    }
    if (ranges.isEmpty()) {
      return true;
    }
    int most = Integer.MAX_VALUE;
    double quality = 0;
    for (MediaType range : ranges) {
      if (range.includes(MediaType.APPLICATION_JSON)) {
        int wildcards = range.isWildcardType() ? 2 : range.isWildcardSubtype() ? 1 : 0;
        if (wildcards < most) {
          quality = range.getQualityValue();
        } else if (wildcards == most) {
          quality = Math.max(quality, range.getQualityValue());
        }
        most = Math.min(most, wildcards);
      }
    }
    return quality > 0;
  }
}
