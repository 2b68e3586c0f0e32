package dev.keyledger.testing;

import dev.keyledger.testkit.RawHttp;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.springframework.context.ApplicationContext;

/** Whether {@code Allow} is true of every path of a service, for a caller without a credential. */
public final class AllowChecks {
  private static final String CODES = "/problems/";
  private static final List<String> METHODS =
      List.of("GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "PURGE");

  private AllowChecks() {}

  /**
   * @param beside paths of servlets
   * @return what isn't as it is due, a line each
   */
  public static List<String> amiss(ApplicationContext context, int port, List<String> beside) {
    var paths = new TreeSet<String>(beside);
    Endpoints.ofControllers(context)
        .forEach(endpoint ->
            // Whoever asks for a code's page is told by 404 that there is none of that name.
            paths.add(endpoint.path().startsWith(CODES) ? CODES + "internal" : endpoint.path()));
    return paths.stream().flatMap(path -> amiss(port, path)).toList();
  }

  private static Stream<String> amiss(int port, String path) {
    var amiss = new ArrayList<String>();
    // As a browser asks before a page of another origin may.
    RawHttp.Answer options =
        RawHttp.send(
            port,
            "OPTIONS " + path + " HTTP/1.1",
            "Origin: https://anywhere.example",
            "Access-Control-Request-Method: POST");
    List<String> allowed = Arrays.asList(options.header("Allow").split(", "));
    if (options.status() != 204
        || !options.body().isEmpty()
        || !allowed.contains("OPTIONS")
        || options.headers().keySet().stream().anyMatch(n -> n.startsWith("Access-Control"))) {
      amiss.add("OPTIONS " + path + ": " + options);
    }
    for (String method : METHODS) {
      RawHttp.Answer answer =
          RawHttp.send(
              port,
              method + " " + path + " HTTP/1.1",
              "Content-Type: application/json",
              "Content-Length: 0");
      boolean refused = answer.status() == 405;
      if (refused == allowed.contains(method)
          || isNowhere(answer)
          || (refused && !answer.header("Allow").equals(options.header("Allow")))) {
        amiss.add(method + " " + path + " where " + allowed + ": " + answer);
      }
    }
    RawHttp.Answer trace = RawHttp.send(port, "TRACE " + path + " HTTP/1.1", "X-Secret: shown");
    if (trace.status() != 405
        || !trace.header("Allow").equals(options.header("Allow"))
        || trace.body().contains("shown")) {
      amiss.add("TRACE " + path + ": " + trace);
    }
    return amiss.stream();
  }

  // A path that is there may name what isn't; HEAD, which says no more, is as GET.
  private static boolean isNowhere(RawHttp.Answer answer) {
    return answer.status() == 404
        && !answer.body().isEmpty()
        && !answer.body().contains("_not_found\"");
  }
}
