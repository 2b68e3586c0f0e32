package dev.keyledger.standalone;

import java.util.Map;

/** Who a command acts as: no argument, which others on the machine could read. */
final class PlatformToken {
  static final String VARIABLE = "KEYLEDGER_TOKEN";

  private PlatformToken() {}

  static String of(Map<String, String> environment) {
    String token = environment.getOrDefault(VARIABLE, "").strip();
    if (token.isEmpty()) {
      throw new Problem("Put an access token into the environment's " + VARIABLE + ".");
    }
    return token;
  }
}
