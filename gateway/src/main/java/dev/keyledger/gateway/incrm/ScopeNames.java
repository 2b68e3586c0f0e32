package dev.keyledger.gateway.incrm;

/**
 * InCRM writes the platform's own {@code api_keys.create} as {@code apiKeys.create}. Names of the
 * organisation's services are the same on both sides.
 */
final class ScopeNames {
  private static final String OURS = "api_keys.";
  private static final String THEIRS = "apiKeys.";

  private ScopeNames() {}

  static String ours(String scope) {
    return scope.startsWith(THEIRS) ? OURS + scope.substring(THEIRS.length()) : scope;
  }

  static String theirs(String scope) {
    return scope.startsWith(OURS) ? THEIRS + scope.substring(OURS.length()) : scope;
  }
}
