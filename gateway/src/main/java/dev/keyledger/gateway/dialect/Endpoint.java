package dev.keyledger.gateway.dialect;

import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.springframework.http.server.PathContainer;
import org.springframework.web.util.pattern.PathPattern;
import org.springframework.web.util.pattern.PathPattern.PathMatchInfo;
import org.springframework.web.util.pattern.PathPatternParser;

/** A path of a dialect, with the method that it takes there and what then happens. */
public final class Endpoint {
  private final @Nullable String method;
  private final PathPattern path;
  private final PathPattern below;
  private final Function<Call, Answer> handler;

  private Endpoint(@Nullable String method, String path, Function<Call, Answer> handler) {
    this.method = method;
    this.path = PathPatternParser.defaultInstance.parse(path);
    this.below = PathPatternParser.defaultInstance.parse(path.replaceFirst("/\\*\\*$", "") + "/**");
    this.handler = handler;
  }

  /**
   * @param path such as {@code /keys/{id}/revoke}
   */
  public static Endpoint get(String path, Function<Call, Answer> handler) {
    return new Endpoint("GET", path, handler);
  }

  public static Endpoint post(String path, Function<Call, Answer> handler) {
    return new Endpoint("POST", path, handler);
  }

  /**
   * A path whose methods are the affair of the service behind it.
   *
   * @param path may end in {@code /**}
   */
  public static Endpoint any(String path, Function<Call, Answer> handler) {
    return new Endpoint(null, path, handler);
  }

  boolean owns(PathContainer requested) {
    return below.matches(requested);
  }

  @Nullable PathMatchInfo match(PathContainer requested) {
    return path.matchAndExtract(requested);
  }

  /** What is answered to GET is answered to HEAD, which the server leaves without its body. */
  boolean takes(String asked) {
    return method == null || method.equals(asked) || (method.equals("GET") && asked.equals("HEAD"));
  }

  /** None where that is the affair of the service behind it. */
  Stream<String> methods() {
    return switch (method) {
      case null -> Stream.empty();
      case "GET" -> Stream.of("GET", "HEAD");
      default -> Stream.of(method);
    };
  }

  boolean isOfService() {
    return method == null;
  }

  Answer handle(Call call) {
    return handler.apply(call);
  }

  /** Such as {@code POST /keys/{id}/revoke}. */
  @Override
  public String toString() {
    return (method == null ? "any" : method) + " " + path.getPatternString();
  }
}
