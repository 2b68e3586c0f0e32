package dev.keyledger.infra.servers;

import java.security.SecureRandom;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Names and passwords of those whom a broker knows: the superuser, who is also the broker itself,
 * and one for each service that uses Kafka. What a service may is the ACLs' to say.
 */
public record BrokerLogins(Map<String, String> passwords) {
  public static final String SUPERUSER = "keyledger-broker";

  private static final List<String> SERVICES =
      List.of("command", "query", "token", "delivery", "downstream");

  public BrokerLogins {
    passwords = Map.copyOf(new TreeMap<>(passwords));
  }

  /** Random passwords of 24 bytes each. */
  public static BrokerLogins random(SecureRandom random) {
    return new BrokerLogins(Map.of()).completed(random);
  }

  /** The same, with random passwords for who has none: of a service that a release has added. */
  public BrokerLogins completed(SecureRandom random) {
    var completed = new LinkedHashMap<>(passwords);
    completed.computeIfAbsent(SUPERUSER, user -> password(random));
    SERVICES.forEach(service -> completed.computeIfAbsent(user(service), user -> password(random)));
    return new BrokerLogins(completed);
  }

  /** The user that a service logs in as: {@code command}, {@code query} and so on. */
  public static String user(String service) {
    return "keyledger-" + service;
  }

  public String revealPassword(String user) {
    String password = passwords.get(user);
    if (password == null) {
      throw new IllegalArgumentException("no such user: " + user);
    }
    return password;
  }

  /** What a client of Kafka has to be told, beside where the broker is. */
  public Map<String, String> properties(String user) {
    boolean scram = !user.equals(SUPERUSER);
    return Map.of(
        "security.protocol",
        "SASL_PLAINTEXT",
        "sasl.mechanism",
        scram ? "SCRAM-SHA-256" : "PLAIN",
        "sasl.jaas.config",
        "org.apache.kafka.common.security.%s required username=\"%s\" password=\"%s\";"
            .formatted(
                scram ? "scram.ScramLoginModule" : "plain.PlainLoginModule",
                user,
                revealPassword(user)));
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
