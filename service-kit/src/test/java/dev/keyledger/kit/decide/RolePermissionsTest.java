package dev.keyledger.kit.decide;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.Policy;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class RolePermissionsTest {
  private static final String POLICY =
      """
      {
        "dialect": "%s",
        "environments": ["live"],
        "environment_choice": "creator",
        "live_environments": [],
        "allowlist_environments": [],
        "keys": {
          "prefixes": {"live": "kl"}, "uses": ["direct"], "creators": "permission",
          "authority": "creator", "limit": {"maximum": 5, "per": "environment"},
          "creation_rate": null, "expiry": "optional", "default_grace": null,
          "maximum_grace": null, "outstanding_tokens": "end"
        },
        "key_tokens": {"format": "jwt", "lifetime": "PT15M", "refresh_lifetime": null},
        "sessions": {
          "access_lifetime": "PT15M", "refresh_lifetime": "PT720H", "second_step": "when_enrolled"
        },
        "onboarding_permissions": ["clients.write"],
        "roles": {"owner": ["clients.read", "clients.write"], "developer": ["%s"]}
      }
      """;

  private static Policy policy(String dialect, String developers) {
    return EventCodec.decode(
        POLICY.formatted(dialect, developers).getBytes(StandardCharsets.UTF_8), Policy.class);
  }

  private static final Policy ONE = policy("canonical", "clients.read");

  /** So that organisations share them. */
  @Test
  void policiesThatGiveTheSameCompileToEqualOnes() {
    RolePermissions compiled = RolePermissions.of(ONE, true);
    assertThat(compiled)
        .isEqualTo(RolePermissions.of(policy("incard", "clients.read"), true))
        .hasSameHashCodeAs(RolePermissions.of(policy("incard", "clients.read"), true))
        .isNotEqualTo(RolePermissions.of(policy("canonical", "clients.write"), true))
        .isNotEqualTo(RolePermissions.of(ONE, false))
        .isNotEqualTo("permissions");
    assertThat(compiled.hashCode()).isNotEqualTo(RolePermissions.of(ONE, false).hashCode());
  }
}
