package dev.keyledger.command.policy;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.KeyRules.Authority;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import tools.jackson.databind.node.ObjectNode;

/** Policies that differ from another one in a single place. */
public final class Policies {
  private Policies() {}

  public static Policy withLimit(Policy policy, int maximum) {
    return with(
        policy, json -> ((ObjectNode) json.get("keys").get("limit")).put("maximum", maximum));
  }

  public static Policy withEnvironments(Policy policy, List<String> environments) {
    return with(
        policy,
        json -> {
          for (String field :
              List.of("environments", "live_environments", "allowlist_environments")) {
            var kept = EventCodec.mapper().createArrayNode();
            json.get(field)
                .forEach(e -> {
                  if (environments.contains(e.stringValue())) {
                    kept.add(e);
                  }
                });
            json.set(field, kept);
          }
          ((ObjectNode) json.get("keys").get("prefixes")).retain(environments);
        });
  }

  public static Policy withAuthority(Policy policy, Authority authority) {
    return with(
        policy,
        json ->
            ((ObjectNode) json.get("keys"))
                .put("authority", authority.name().toLowerCase(Locale.ROOT)));
  }

  public static Policy withAllowlistEnvironments(Policy policy, List<String> environments) {
    return with(
        policy,
        json -> json.set("allowlist_environments", EventCodec.mapper().valueToTree(environments)));
  }

  public static Policy withoutPermission(Policy policy, Role role, String permission) {
    return with(
        policy,
        json -> {
          var roles = (ObjectNode) json.get("roles");
          roles.set(
              role.name().toLowerCase(Locale.ROOT),
              EventCodec.mapper()
                  .valueToTree(
                      policy.roles().get(role).stream()
                          .filter(p -> !p.equals(permission))
                          .toList()));
        });
  }

  /** In the place of all that the role could do before. */
  public static Policy withRole(Policy policy, Role role, List<String> permissions) {
    return with(
        policy,
        json ->
            ((ObjectNode) json.get("roles"))
                .set(
                    role.name().toLowerCase(Locale.ROOT),
                    EventCodec.mapper().valueToTree(permissions)));
  }

  public static Policy withAccessLifetime(Policy policy, Duration lifetime) {
    return with(
        policy,
        json -> ((ObjectNode) json.get("sessions")).put("access_lifetime", lifetime.toString()));
  }

  public static Policy withCreationRate(Policy policy, int maximum, Duration per) {
    return with(
        policy,
        json ->
            ((ObjectNode) json.get("keys"))
                .putObject("creation_rate")
                .put("maximum", maximum)
                .put("per", per.toString()));
  }

  public static Policy withCommandRate(Policy policy, int maximum, Duration per) {
    return with(
        policy,
        json ->
            json.putObject("commands")
                .putObject("rate")
                .put("maximum", maximum)
                .put("per", per.toString()));
  }

  public static Policy withoutCommandRate(Policy policy) {
    return with(policy, json -> json.remove("commands"));
  }

  public static Policy withOnboardingPermissions(Policy policy, String... permissions) {
    return with(
        policy,
        json -> json.set("onboarding_permissions", EventCodec.mapper().valueToTree(permissions)));
  }

  static Policy with(Policy policy, Consumer<ObjectNode> change) {
    ObjectNode json = EventCodec.mapper().valueToTree(policy);
    change.accept(json);
    return EventCodec.mapper().treeToValue(json, Policy.class);
  }
}
