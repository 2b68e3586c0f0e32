package dev.keyledger.token.enforcement.http;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Parameters of a form body. Only of the body: those of the address would be logged on the way (RFC
 * 6749, section 2.3.1). None may stand twice, and one without a value counts as absent (section
 * 3.2).
 */
final class Form {
  private final Map<String, String> parameters;

  private Form(Map<String, String> parameters) {
    this.parameters = parameters;
  }

  static Form of(byte[] body) {
    var parameters = new HashMap<String, String>();
    for (String pair : new String(body, StandardCharsets.UTF_8).split("&")) {
      int equals = pair.indexOf('=');
      if (equals <= 0) {
        continue;
      }
      String value = decoded(pair.substring(equals + 1));
      if (!value.isEmpty() && parameters.put(decoded(pair.substring(0, equals)), value) != null) {
        throw OauthError.invalidRequest("A parameter stands twice.");
      }
    }
    return new Form(parameters);
  }

  private static String decoded(String text) {
    try {
      return URLDecoder.decode(text, StandardCharsets.UTF_8);
    } catch (IllegalArgumentException e) {
      throw OauthError.invalidRequest("The body is not a form.");
    }
  }

  @Nullable String get(String name) {
    return parameters.get(name);
  }

  String required(String name) {
    String value = parameters.get(name);
    if (value == null) {
      throw OauthError.invalidRequest("The parameter " + name + " is missing.");
    }
    return value;
  }

  /** A list of space-separated texts, as scopes are written. */
  List<String> list(String name) {
    String value = parameters.get(name);
    return value == null ? List.of() : List.of(value.strip().split(" +"));
  }
}
