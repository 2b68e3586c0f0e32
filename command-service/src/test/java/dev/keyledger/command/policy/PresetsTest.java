package dev.keyledger.command.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.KeyRules.Limit;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.node.ObjectNode;

class PresetsTest {
  private final Presets presets = new Presets();

  @Test
  void fivePresetsShip() {
    assertThat(presets.names())
        .containsExactly("incard", "incrm", "octopus-cards", "standard", "syncgram-pay");
    assertThat(presets.find("platform")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"incard", "incrm", "octopus-cards", "standard", "syncgram-pay"})
  void aPresetSurvivesBeingWrittenAndReadAndIsItsOwnCeiling(String name) {
    Policy policy = presets.find(name).orElseThrow();
    byte[] json = EventCodec.mapper().writeValueAsBytes(policy);
    assertThat(EventCodec.decode(json, Policy.class)).isEqualTo(policy);
    assertThat(new PolicyCeiling(policy).exceededBy(policy)).isEmpty();
    assertThat(policy.permissionsOf(Role.OWNER)).containsAll(Permissions.ALL);
    assertThat(policy.permissionsOf(Role.ADMIN)).doesNotContain(Permissions.POLICY_MANAGE);
  }

  @Test
  void aPolicyOfBeforeThatNamesNoOnboardingPermissionsHasNone() {
    ObjectNode json = EventCodec.mapper().valueToTree(presets.find("standard").orElseThrow());
    json.remove("onboarding_permissions");
    assertThat(EventCodec.mapper().treeToValue(json, Policy.class).onboardingPermissions())
        .isEmpty();
  }

  @Test
  void inSyncgramPayNobodyWritesPaymentsBeforeTheOrganisationIsVerified() {
    Policy policy = presets.find("syncgram-pay").orElseThrow();
    assertThat(policy.permissionsOf(Role.OWNER, false))
        .contains("payments.read")
        .doesNotContain("payments.write");
    assertThat(policy.permissionsOf(Role.OWNER, true)).contains("payments.write");
  }

  @ParameterizedTest
  @CsvSource({
    "incard, 5, ENVIRONMENT, PT15M, PT15M, PT720H",
    "incrm, 1000, ORGANIZATION, PT15M, PT30M, PT24H",
    "syncgram-pay, 1, ORGANIZATION, PT15M, PT15M, PT720H",
    "octopus-cards, 1, ENVIRONMENT, PT1H, PT15M, PT720H",
    "standard, 100, ENVIRONMENT, PT15M, PT15M, PT720H",
  })
  void limitsAndLifetimesAreThePublishedOnes(
      String name,
      int maximum,
      Limit.Per per,
      Duration keyToken,
      Duration session,
      Duration refresh) {
    Policy policy = presets.find(name).orElseThrow();
    assertThat(policy.keys().limit()).isEqualTo(new Limit(maximum, per));
    assertThat(policy.keyTokens().lifetime()).isEqualTo(keyToken);
    assertThat(policy.sessions().accessLifetime()).isEqualTo(session);
    assertThat(policy.sessions().refreshLifetime()).isEqualTo(refresh);
  }
}
