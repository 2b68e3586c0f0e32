package dev.keyledger.events.policy;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The platform's own permissions. Any other {@code resource.action} belongs to an organisation's
 * services.
 */
public final class Permissions {
  public static final String API_KEYS_CREATE = "api_keys.create";
  public static final String API_KEYS_READ = "api_keys.read";
  public static final String API_KEYS_ROTATE = "api_keys.rotate";
  public static final String API_KEYS_UPDATE = "api_keys.update";
  public static final String API_KEYS_REVOKE = "api_keys.revoke";
  public static final String KEYS_VERIFY = "keys.verify";
  public static final String MEMBERS_MANAGE = "members.manage";
  public static final String MEMBERS_READ = "members.read";
  public static final String POLICY_MANAGE = "policy.manage";
  public static final String POLICY_READ = "policy.read";
  public static final String ORGANIZATION_READ = "organization.read";
  public static final String AUDIT_READ = "audit.read";
  public static final String SUBSCRIPTIONS_MANAGE = "subscriptions.manage";
  public static final String SUBSCRIPTIONS_READ = "subscriptions.read";

  /**
   * To see to streams of security events, by the name that OpenID's profile gives it: an
   * organisation's policy grants it, where a receiver is to be granted no more.
   */
  public static final String SSF_MANAGE = "ssf.manage";

  /** To read those of one's own, likewise. */
  public static final String SSF_READ = "ssf.read";

  /** To be told what becomes of secrets that were found where others can read them. */
  public static final String LEAKS_REPORT = "leaks.report";

  public static final List<String> ALL =
      List.of(
          API_KEYS_CREATE,
          API_KEYS_READ,
          API_KEYS_ROTATE,
          API_KEYS_UPDATE,
          API_KEYS_REVOKE,
          KEYS_VERIFY,
          MEMBERS_MANAGE,
          MEMBERS_READ,
          POLICY_MANAGE,
          POLICY_READ,
          ORGANIZATION_READ,
          AUDIT_READ,
          SUBSCRIPTIONS_MANAGE,
          SUBSCRIPTIONS_READ,
          LEAKS_REPORT);

  private static final Pattern NAME =
      Pattern.compile("[a-z][A-Za-z0-9_]{0,63}\\.[a-z][A-Za-z0-9_]{0,63}");

  private static final Set<String> RESOURCES =
      ALL.stream()
          .map(permission -> permission.substring(0, permission.indexOf('.')))
          .collect(Collectors.toUnmodifiableSet());

  private Permissions() {}

  /** Whether a name would be one of the platform's, which has none of that action. */
  public static boolean isMisspelt(String permission) {
    int dot = permission.indexOf('.');
    return dot > 0 && RESOURCES.contains(permission.substring(0, dot)) && !ALL.contains(permission);
  }

  /**
   * Whether the text is a {@code resource.action}, of which both parts may be camelCase: also the
   * form of a key's scope. Names that differ in a letter's case are two names.
   */
  public static boolean isWellFormed(String text) {
    return NAME.matcher(text).matches();
  }
}
