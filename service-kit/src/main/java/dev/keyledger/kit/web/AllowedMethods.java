package dev.keyledger.kit.web;

import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** The methods that a path takes, as {@code Allow} has them (RFC 9110, section 10.2.1). */
public final class AllowedMethods {
  /** Of a path that takes any. */
  public static final Set<String> ANY = Set.of("GET", "POST", "PUT", "PATCH", "DELETE");

  private AllowedMethods() {}

  /**
   * @param declared in capitals; to {@code GET} belongs {@code HEAD}, and {@code OPTIONS} is
   *     answered everywhere
   */
  public static String header(Collection<String> declared) {
    var all = new TreeSet<>(declared);
    if (all.contains("GET")) {
      all.add("HEAD");
    }
    all.add("OPTIONS");
    return String.join(", ", all);
  }

  /**
   * @param headers all the values of {@code Allow}
   */
  public static Set<String> in(@Nullable List<String> headers) {
    return headers == null
        ? Set.of()
        : headers.stream()
            .flatMap(header -> Arrays.stream(header.split(",")))
            .map(String::strip)
            .filter(method -> !method.isEmpty())
            .collect(Collectors.toUnmodifiableSet());
  }

  /** Answers {@code OPTIONS}. */
  public static void tell(Collection<String> declared, HttpServletResponse response) {
    response.setStatus(HttpServletResponse.SC_NO_CONTENT);
    response.setHeader("Allow", header(declared));
    response.setHeader("Cache-Control", "no-store");
  }

  /** The 405 that is due where a path doesn't take a method. */
  public static Problem refusal(Collection<String> declared) {
    return Problem.of(405, "method_not_allowed", "This path does not take this method.")
        .withHeader("Allow", header(declared));
  }
}
