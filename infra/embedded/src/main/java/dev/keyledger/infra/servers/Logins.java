package dev.keyledger.infra.servers;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and passwords of the database roles: the superuser, and for each schema an owner, which
 * migrates, and a runtime role.
 */
public record Logins(Map<String, String> passwords) {
  public static final String SUPERUSER = "postgres";

  /** Each belongs to one service. */
  static final List<String> SCHEMAS = List.of("command", "query", "token", "delivery");

  public Logins {
    passwords = Map.copyOf(new TreeMap<>(passwords));
  }

  /** Random passwords of 24 bytes each. */
  public static Logins random(SecureRandom random) {
    return new Logins(Map.of()).completed(random);
  }

  /** The same, with random passwords for roles that have none: of a schema that a release added. */
  public Logins completed(SecureRandom random) {
    var completed = new LinkedHashMap<>(passwords);
    completed.computeIfAbsent(SUPERUSER, role -> password(random));
    for (String schema : SCHEMAS) {
      completed.computeIfAbsent(owner(schema), role -> password(random));
      completed.computeIfAbsent(runtime(schema), role -> password(random));
    }
    return new Logins(completed);
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
