package dev.keyledger.gateway.dialect;

import dev.keyledger.gateway.QueryParametersOnly;
import dev.keyledger.kit.web.MediaTypes;
import dev.keyledger.kit.web.Problem;
import jakarta.servlet.http.Cookie;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.springframework.http.HttpHeaders;

/** A client's request to a dialect. */
public final class Call {
  private final HttpServletRequest request;
  private final String dialect;
  private final Map<String, String> variables;
  private final HttpHeaders outgoing;
  private final int largestBody;

  /**
   * @param variables of the endpoint's path
   * @param outgoing what services may see of its headers
   * @param largestBody in bytes
   */
  Call(
      HttpServletRequest request,
      String dialect,
      Map<String, String> variables,
      HttpHeaders outgoing,
      int largestBody) {
    this.request = request;
    this.dialect = dialect;
    this.variables = Map.copyOf(variables);
    this.outgoing = outgoing;
    this.largestBody = largestBody;
  }

  Call with(Map<String, String> variablesOfPath) {
    return new Call(request, dialect, variablesOfPath, outgoing, largestBody);
  }

  public String method() {
    return request.getMethod();
  }

  /** As it stands in the request line, without the query. */
  public String path() {
    return request.getRequestURI();
  }

  /** As it stands in the request line. */
  @Nullable String query() {
    return request.getQueryString();
  }

  /** A part of the endpoint's path. */
  public String variable(String name) {
    return Objects.requireNonNull(variables.get(name), name);
  }

  /** The values of a parameter of the address. */
  public List<String> parameters(String name) {
    String[] values = new QueryParametersOnly(request).getParameterValues(name);
    return values == null ? List.of() : List.of(values);
  }

  public List<String> headers(String name) {
    return Collections.list(request.getHeaders(name));
  }

  public Optional<String> header(String name) {
    return Optional.ofNullable(request.getHeader(name));
  }

  /** The values of cookies of that name. */
  public List<String> cookies(String name) {
    Cookie[] cookies = request.getCookies();
    return cookies == null
        ? List.of()
        : Arrays.stream(cookies)
            .filter(cookie -> cookie.getName().equals(name))
            .map(Cookie::getValue)
            .toList();
  }

  /** The host that the client called, without port, as a trusted proxy tells it. */
  public String host() {
    return Objects.requireNonNullElse(outgoing.getFirst("X-Forwarded-Host"), "")
        .replaceFirst("\\.?(:\\d*)?$", "");
  }

  /** {@code http} or {@code https}: how the client called, as a trusted proxy tells it. */
  public String scheme() {
    return Objects.requireNonNullElse(outgoing.getFirst("X-Forwarded-Proto"), "")
        .toLowerCase(Locale.ROOT);
  }

  String dialect() {
    return dialect;
  }

  HttpHeaders outgoing() {
    return outgoing;
  }

  /**
   * The body, which is a JSON object.
   *
   * @throws dev.keyledger.kit.web.ProblemException 400, 413 or 415
   */
  public Body body() {
    requireJson();
    return Body.read(bytes());
  }

  /** The same where nothing at all may stand for an object without fields. */
  public Body bodyIfAny() {
    byte[] bytes = bytes();
    if (bytes.length > 0) {
      requireJson();
    }
    return Body.read(bytes.length == 0 ? "{}".getBytes(StandardCharsets.UTF_8) : bytes);
  }

  private void requireJson() {
    if (MediaTypes.isCoded(request)) {
      throw MediaTypes.CODED.toException();
    }
    if (!MediaTypes.is(request.getContentType(), MediaTypes.JSON)) {
      throw MediaTypes.unsupported(MediaTypes.JSON).toException();
    }
  }

  byte[] bytes() {
    if (request.getContentLengthLong() > largestBody) {
      throw tooLarge();
    }
    try {
      byte[] bytes = request.getInputStream().readNBytes(largestBody + 1);
      if (bytes.length > largestBody) {
        throw tooLarge();
      }
      return bytes;
    } catch (IOException e) {
      throw Problem.of(400, "bad_request", "The body cannot be read.").toException();
    }
  }

  // What is left of the body is not worth reading.
  private static RuntimeException tooLarge() {
    return Problem.of(413, "body_too_large", "The body is larger than this server reads.")
        .withHeader("Connection", "close")
        .toException();
  }
}
