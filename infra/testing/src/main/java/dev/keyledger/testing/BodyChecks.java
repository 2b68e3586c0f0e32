package dev.keyledger.testing;

import dev.keyledger.kit.web.LargerBodies;
import dev.keyledger.testkit.RawHttp;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Whether a path keeps to the one rule of media types, codings and sizes. */
public final class BodyChecks {
  private BodyChecks() {}

  /** A body of some type that is refused before anything is made of it. */
  private record Sent(String type, String more, String body, int due) {}

  /**
   * @param line such as {@code POST /v1/tokens}
   * @param type that bodies are of there
   * @param headers whole lines, such as a credential's
   * @return what isn't as it is due, a line each
   */
  public static List<String> amiss(
      int port, String line, String type, String body, String... headers) {
    String json = "application/json";
    String other = type.equals(json) ? "application/x-www-form-urlencoded" : json;
    var amiss = new ArrayList<String>();
    for (Sent sent :
        List.of(
            new Sent(other, "", body, 415),
            new Sent("text/plain", "", body, 415),
            new Sent("application/vnd.api+json", "", body, 415),
            new Sent(type + ";charset=iso-8859-1", "", body, 415),
            new Sent(type + ";charset=utf-16", "", body, 415),
            new Sent(type + ";charset=nonsense", "", body, 415),
            new Sent("", "", body, 415),
            new Sent("*/*", "", body, 415),
            new Sent(type, "Content-Encoding: gzip\r\n", body, 415),
            new Sent(type, "Content-Encoding: identity, br\r\n", body, 415),
            new Sent(type, "", "x".repeat(tooMuchAt(line)), 413))) {
      RawHttp.Answer answer = RawHttp.answerTo(port, request(line, sent, headers));
      boolean coded = sent.more.isEmpty();
      if (answer.status() != sent.due
          || !answer.header("Content-Type").equals("application/problem+json")
          || coded == answer.header("Accept-Encoding").equals("identity")) {
        amiss.add(line + " " + sent.type + " " + sent.more + ": " + answer);
      }
    }
    for (Sent sent :
        List.of(
            new Sent(type + "; charset=\"UTF-8\"; v=1", "", body, 0),
            new Sent(type.toUpperCase(Locale.ROOT), "", body, 0),
            new Sent(type, "Content-Encoding: identity\r\n", body, 0),
            new Sent("text/plain;charset=latin1", "Content-Encoding: gzip\r\n", "", 0),
            new Sent("", "", "", 0))) {
      RawHttp.Answer answer = RawHttp.answerTo(port, request(line, sent, headers));
      if (answer.status() == 415 || answer.status() >= 500) {
        amiss.add(line + " " + sent.type + " " + sent.more + ": " + answer);
      }
    }
    return amiss;
  }

  private static int tooMuchAt(String line) {
    String path = line.substring(line.indexOf(' ') + 1);
    return LargerBodies.mostAt(path, 64 * 1024) + 4_000;
  }

  private static String request(String line, Sent sent, String... headers) {
    return line
        + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
        + (headers.length == 0 ? "" : String.join("\r\n", headers) + "\r\n")
        + (sent.type.isEmpty() ? "" : "Content-Type: " + sent.type + "\r\n")
        + sent.more
        + "Content-Length: "
        + sent.body.length()
        + "\r\n\r\n"
        + sent.body;
  }

  /** A head that is more than a server reads, whichever path it is for. */
  public static List<String> tooLarge(int port, String path) {
    var amiss = new ArrayList<String>();
    RawHttp.Answer uri =
        RawHttp.send(port, "GET " + path + "?x=" + "a".repeat(17_000) + " HTTP/1.1");
    if (!isProblem(uri, 414, "uri_too_long")) {
      amiss.add("too long: " + uri);
    }
    RawHttp.Answer header =
        RawHttp.send(port, "GET " + path + " HTTP/1.1", "X-Long: " + "a".repeat(17_000));
    if (!isProblem(header, 431, "header_too_large")) {
      amiss.add("too large: " + header);
    }
    var many = new String[110];
    for (int i = 0; i < many.length; i++) {
      many[i] = "X-" + i + ": a";
    }
    RawHttp.Answer count = RawHttp.send(port, "GET " + path + " HTTP/1.1", many);
    if (!isProblem(count, 431, "header_too_large")) {
      amiss.add("too many: " + count);
    }
    return amiss;
  }

  private static boolean isProblem(RawHttp.Answer answer, int status, String code) {
    return answer.status() == status
        && answer.header("Content-Type").startsWith("application/problem+json")
        && answer.body().contains("\"code\":\"" + code + "\"")
        && !answer.header("X-Request-Id").isEmpty();
  }
}
