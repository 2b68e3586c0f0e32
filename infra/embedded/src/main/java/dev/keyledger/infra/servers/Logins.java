package dev.keyledger.infra.servers;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and passwords of the database roles: the superuser, and for each of the schemas {@code
 * command}, {@code query} and {@code token} an owner, which migrates, and a runtime role.
 */
public record Logins(Map<String, String> passwords) {
  public static final String SUPERUSER = "postgres";

  private static final String[] SCHEMAS = {"command", "query", "token"};

  public Logins {
    passwords = Map.copyOf(new TreeMap<>(passwords));
  }

  /** Random passwords of 24 bytes each. */
  public static Logins random(SecureRandom random) {
    var passwords = new LinkedHashMap<String, String>();
    passwords.put(SUPERUSER, password(random));
    for (String schema : SCHEMAS) {
      passwords.put(owner(schema), password(random));
      passwords.put(runtime(schema), password(random));
    }
    return new Logins(passwords);
  }

  /** The role that owns a service's schema and migrates it. */
  public static String owner(String schema) {
    return "keyledger_" + schema + "_owner";
  }

  /** The role that the service itself runs with. */
  public static String runtime(String schema) {
    return "keyledger_" + schema;
  }

  public String revealPassword(String role) {
    String password = passwords.get(role);
    if (password == null) {
      throw new IllegalArgumentException("no such role: " + role);
    }
    return password;
  }

  private static String password(SecureRandom random) {
    var bytes = new byte[24];
    random.nextBytes(bytes);
    return Base64.getUrlEncoder().withoutPadding().encodeToString(bytes);
  }

  @Override
  public String toString() {
    return passwords.keySet().toString();
  }
}
