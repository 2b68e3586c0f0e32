package dev.keyledger.gateway.incrm;

import dev.keyledger.gateway.dialect.Call;

/** What a request shows, told apart by form alone: a key begins with {@value #KEY_PREFIX}. */
enum Presented {
  NOTHING,
  SESSION,
  API_KEY;

  static final String KEY_PREFIX = "incrm_";

  private static final String BEARER = "Bearer " + KEY_PREFIX;

  /** Of several credentials, a session's counts: nothing that is said of sessions is got round. */
  static Presented by(Call call) {
    if (call.headers("Authorization").stream().anyMatch(value -> !isKey(value))) {
      return SESSION;
    }
    return call.header("Authorization").isPresent() || call.header("X-Api-Key").isPresent()
        ? API_KEY
        : NOTHING;
  }

  private static boolean isKey(String authorization) {
    return authorization.regionMatches(true, 0, BEARER, 0, "Bearer ".length())
        && authorization.startsWith(KEY_PREFIX, "Bearer ".length());
  }
}
