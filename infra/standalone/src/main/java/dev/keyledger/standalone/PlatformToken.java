package dev.keyledger.standalone;

import java.util.Map;

/** Who a command acts as: no argument, which others on the machine could read. */
final class PlatformToken {
  static final String VARIABLE = "KEYLEDGER_TOKEN";

  static final String KEY_VARIABLE = "KEYLEDGER_KEY";

  private PlatformToken() {}

  /** The header of a key, which lasts, or of a token. */
  static Map.Entry<String, String> header(Map<String, String> environment) {
    String key = environment.getOrDefault(KEY_VARIABLE, "").strip();
    return key.isEmpty()
        ? Map.entry("Authorization", "Bearer " + of(environment))
        : Map.entry("X-Api-Key", key);
  }

  static String of(Map<String, String> environment) {
    String token = environment.getOrDefault(VARIABLE, "").strip();
    if (token.isEmpty()) {
      throw new Problem("Put an access token into the environment's " + VARIABLE + ".");
    }
    return token;
  }
}
