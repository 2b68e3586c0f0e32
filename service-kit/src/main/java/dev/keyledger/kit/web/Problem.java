package dev.keyledger.kit.web;

import dev.keyledger.client.AccessRefusedException;
import dev.keyledger.kit.text.VisibleText;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A refusal as RFC 9457 problem details: {@code
 * {"type":"about:blank","title","status","code","detail", …}}.
 *
 * @param reason what became of the credential that was presented; part of no answer but one to the
 *     gateway, which translates for us, see {@link dev.keyledger.kit.web.GatewayHeaders}
 * @see ProblemException
 */
public record Problem(
    int status,
    String code,
    String detail,
    Map<String, Object> members,
    Map<String, String> headers,
    @Nullable String reason) {

  private static final int LONGEST_NAME = 64;

  public Problem {
    // In their order: two answers to the same are alike to the byte.
    members = Collections.unmodifiableMap(new LinkedHashMap<>(members));
    headers = Map.copyOf(headers);
  }

  /**
   * @param code stable, snake case: what a client may switch on
   */
  public static Problem of(int status, String code, String detail) {
    return new Problem(status, code, detail, Map.of(), Map.of(), null);
  }

  /** A credential's refusal, told as every service of the platform tells it. */
  public static Problem of(AccessRefusedException refusal) {
    return new Problem(
        refusal.status(),
        refusal.code(),
        refusal.detail(),
        refusal.permission() == null ? Map.of() : Map.of("permission", refusal.permission()),
        refusal.headers(),
        refusal.reason());
  }

  /** A 422 that names the failing field. */
  public static Problem ofField(String field, String detail) {
    return of(422, "invalid_field", detail).with("field", field);
  }

  /**
   * A 422 for a field that there isn't.
   *
   * @param name that the client made up: it is echoed, but not at any length, nor what can't be
   *     seen in it
   */
  public static Problem ofUnknownField(String name) {
    return ofField(shown(name), "There is no such field.");
  }

  static String shown(String name) {
    String shortened = VisibleText.shortened(name, LONGEST_NAME);
    return VisibleText.isVisible(shortened) ? shortened : "?";
  }

  public Problem with(String member, Object value) {
    var more = new LinkedHashMap<>(members);
    more.put(member, value);
    return new Problem(status, code, detail, more, headers, reason);
  }

  public Problem withHeader(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new Problem(status, code, detail, members, more, reason);
  }

  public Problem because(String hidden) {
    return new Problem(status, code, detail, members, headers, hidden);
  }

  public ProblemException toException() {
    return new ProblemException(this);
  }
}
