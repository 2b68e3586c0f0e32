package dev.keyledger.command.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.Policy;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.ObjectNode;

class PolicyCeilingTest {
  private static final Presets PRESETS = new Presets();

  private static Policy changed(Policy policy, String path, String json) {
    JsonNode value = EventCodec.mapper().readTree(json);
    return Policies.with(
        policy,
        root -> {
          int dot = path.lastIndexOf('.');
          ObjectNode parent =
              dot < 0 ? root : (ObjectNode) root.at("/" + path.substring(0, dot).replace('.', '/'));
          parent.set(path.substring(dot + 1), value);
        });
  }

  /** From the standard preset, one change at a time. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "dialect | \"incard\" | dialect",
        "live_environments | [\"live\"] | ",
        "allowlist_environments | [\"live\"] | allowlist_environments",
        "environments | [\"test\",\"live\",\"more\"] | environments",
        "keys.prefixes.live | \"kl_other\" | keys.prefixes",
        "allowlist_managers | \"operator\" | ",
        "keys.uses | [\"direct\"] | ",
        "keys.creators | \"any_member\" | keys.creators",
        "keys.creators | \"operator\" | ",
        "keys.authority | \"organization\" | keys.authority",
        "keys.limit.maximum | 99 | ",
        "keys.limit.maximum | 101 | keys.limit",
        "keys.limit.per | \"organization\" | ",
        "keys.creation_rate | {\"maximum\":1,\"per\":\"PT1M\"} | ",
        "commands.rate | {\"maximum\":5999,\"per\":\"PT1M\"} | ",
        "commands.rate | {\"maximum\":6000,\"per\":\"PT1H\"} | ",
        "commands.rate | {\"maximum\":6001,\"per\":\"PT1M\"} | commands.rate",
        "commands.rate | {\"maximum\":6000,\"per\":\"PT59S\"} | commands.rate",
        "commands.rate | null | commands.rate",
        "receipts | {\"wait_for\":\"followers\"} | ",
        "receipts | {\"wait_for\":\"token_service\",\"wait_for_receivers\":true} | ",
        "tokens | {\"status_list\":true} | ",
        "tokens | {\"status_list\":false} | ",
        "leaked_keys | \"revoke\" | ",
        "leaked_keys | \"suspend\" | leaked_keys",
        "leaked_keys | \"report\" | leaked_keys",
        "key_tokens.rate | {\"maximum\":1,\"per\":\"PT1M\"} | ",
        "keys.expiry | \"never\" | keys.expiry",
        "keys.default_grace | \"PT1H\" | ",
        "keys.default_grace | \"PT25H\" | keys.default_grace",
        "keys.maximum_grace | \"PT24H\" | ",
        "keys.maximum_grace | null | keys.maximum_grace",
        "keys.maximum_age | \"PT2160H\" | ",
        "keys.outstanding_tokens | \"expire\" | keys.outstanding_tokens",
        "key_tokens.format | \"opaque\" | ",
        "key_tokens.lifetime | \"PT5M\" | ",
        "key_tokens.lifetime | \"PT16M\" | key_tokens.lifetime",
        "key_tokens.refresh_lifetime | \"PT1H\" | key_tokens.refresh_lifetime",
        "sessions.access_lifetime | \"PT16M\" | sessions.access_lifetime",
        "sessions.refresh_lifetime | \"PT1H\" | ",
        "sessions.refresh | \"renewed\" | sessions.refresh",
        "sessions.family_lifetime | \"PT721H\" | ",
        "sessions.refresh_reuse_interval | null | ",
        "sessions.refresh_reuse_interval | \"PT5S\" | ",
        "sessions.refresh_reuse_interval | \"PT11S\" | sessions.refresh_reuse_interval",
        "key_tokens.refresh_reuse_interval | null | ",
        "key_tokens.refresh_reuse_interval | \"PT11S\" | key_tokens.refresh_reuse_interval",
        "sessions.second_step | \"always\" | ",
        "sessions.second_step | \"never\" | sessions.second_step",
        "onboarding_permissions | [\"clients.write\"] | ",
        "roles.employee | [] | ",
        "roles.employee | [\"policy.manage\"] | roles",
      })
  void anOwnerTightensAndNeverLoosens(String path, String json, String exceeded) {
    Policy standard = PRESETS.find("standard").orElseThrow();
    assertThat(new PolicyCeiling(standard).exceededBy(changed(standard, path, json)).orElse(null))
        .isEqualTo(exceeded);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "syncgram-pay | keys.creation_rate | null | keys.creation_rate",
        "syncgram-pay | onboarding_permissions | [] | onboarding_permissions",
        "syncgram-pay | onboarding_permissions | [\"payments.read\",\"payments.write\"] | ",
        "incrm | sessions.second_step | \"when_enrolled\" | ",
        "syncgram-pay | keys.creation_rate.maximum | 2 | keys.creation_rate",
        "syncgram-pay | keys.creation_rate.per | \"PT59S\" | keys.creation_rate",
        "syncgram-pay | keys.creation_rate.per | \"PT2M\" | ",
        "syncgram-pay | environment_choice | \"creator\" | environment_choice",
        "syncgram-pay | sessions.second_step | \"when_enrolled\" | sessions.second_step",
        "syncgram-pay | sessions.refresh_reuse_interval | \"PT1S\" | sessions.refresh_reuse_interval",
        "syncgram-pay | keys.limit.per | \"environment\" | keys.limit",
        "syncgram-pay | keys.authority | \"creator\" | ",
        "octopus-cards | live_environments | [] | live_environments",
        "octopus-cards | allowlist_managers | \"permission\" | allowlist_managers",
        "octopus-cards | keys.creators | \"permission\" | keys.creators",
        "octopus-cards | keys.expiry | \"optional\" | ",
        "octopus-cards | keys.default_grace | \"PT1H\" | ",
        "octopus-cards | key_tokens.refresh_lifetime | null | ",
        "octopus-cards | keys.outstanding_tokens | \"end\" | ",
        "octopus-cards | key_tokens.refresh | \"fixed\" | ",
        "octopus-cards | key_tokens.family_lifetime | \"PT720H\" | ",
        "incrm | sessions.refresh | \"fixed\" | ",
        "incrm | sessions.family_lifetime | \"PT720H\" | ",
        "incard | key_tokens.format | \"jwt\" | key_tokens.format",
        "incard | keys.uses | [\"direct\"] | keys.uses",
      })
  void soOnTheOtherPresets(String preset, String path, String json, String exceeded) {
    Policy policy = PRESETS.find(preset).orElseThrow();
    assertThat(new PolicyCeiling(policy).exceededBy(changed(policy, path, json)).orElse(null))
        .isEqualTo(exceeded);
  }

  @Test
  void renewingIsNoLooserThanAFixedEndWhereTheFamilyIsBoundedByIt() {
    Policy fixed = PRESETS.find("standard").orElseThrow();
    Policy day =
        changed(
            changed(fixed, "sessions.refresh", "\"renewed\""),
            "sessions.refresh_lifetime",
            "\"PT24H\"");
    var ceiling = new PolicyCeiling(fixed);

    assertThat(ceiling.exceededBy(day)).contains("sessions.refresh");
    assertThat(ceiling.exceededBy(changed(day, "sessions.family_lifetime", "\"PT721H\"")))
        .contains("sessions.refresh");
    assertThat(ceiling.exceededBy(changed(day, "sessions.family_lifetime", "\"PT720H\"")))
        .isEmpty();
  }

  @Test
  void theBoundOnAFamilyIsOnlyTightened() {
    Policy incrm = PRESETS.find("incrm").orElseThrow();
    Policy bounded = changed(incrm, "sessions.family_lifetime", "\"PT720H\"");
    var ceiling = new PolicyCeiling(bounded);

    assertThat(ceiling.exceededBy(incrm)).contains("sessions.family_lifetime");
    assertThat(ceiling.exceededBy(changed(incrm, "sessions.family_lifetime", "\"PT721H\"")))
        .contains("sessions.family_lifetime");
    assertThat(ceiling.exceededBy(changed(incrm, "sessions.family_lifetime", "\"PT48H\"")))
        .isEmpty();
    assertThat(ceiling.exceededBy(changed(incrm, "sessions.refresh", "\"fixed\""))).isEmpty();
  }

  @Test
  void aLimitPerEnvironmentIsCountedForEachEnvironmentThatIsLeft() {
    Policy policy =
        changed(
            PRESETS.find("standard").orElseThrow(),
            "keys.limit",
            "{\"maximum\":10,\"per\":\"organization\"}");
    assertThat(
            new PolicyCeiling(policy)
                .exceededBy(
                    changed(policy, "keys.limit", "{\"maximum\":5,\"per\":\"environment\"}")))
        .isEmpty();
    assertThat(
            new PolicyCeiling(policy)
                .exceededBy(
                    changed(policy, "keys.limit", "{\"maximum\":6,\"per\":\"environment\"}")))
        .contains("keys.limit");
  }

  @Test
  void anEnvironmentMayGoWithAllThatIsSaidOfIt() {
    Policy standard = PRESETS.find("standard").orElseThrow();
    assertThat(
            new PolicyCeiling(standard)
                .exceededBy(Policies.withEnvironments(standard, List.of("live"))))
        .isEmpty();
  }

  /**
   * Whatever tightens a tighter policy tightens the ceiling too: many owners' steps never add up.
   */
  @Test
  void tighteningIsTransitive() {
    var random = new Random(4711);
    List<Policy> all = new ArrayList<>();
    Policy standard = PRESETS.find("standard").orElseThrow();
    String[][] steps = {
      {"keys.limit.maximum", "50", "100", "150"},
      {"keys.limit.per", "\"organization\"", "\"environment\""},
      {"keys.creators", "\"operator\"", "\"permission\"", "\"any_member\""},
      {"keys.default_grace", "\"PT1H\"", "\"PT24H\"", "null"},
      {"keys.maximum_grace", "\"PT30H\"", "null"},
      {"keys.authority", "\"creator\"", "\"organization\""},
      {"key_tokens.refresh_lifetime", "null", "\"PT1H\"", "\"PT2H\""},
      {"sessions.second_step", "\"always\"", "\"when_enrolled\""},
      {"sessions.refresh", "\"fixed\"", "\"renewed\""},
      {"sessions.family_lifetime", "null", "\"PT720H\"", "\"PT1000H\""},
      {"key_tokens.refresh", "\"fixed\"", "\"renewed\""},
      {"roles.employee", "[]", "[\"a.b\"]", "[\"a.b\",\"c.d\"]"},
      {"keys.creation_rate", "null", "{\"maximum\":1,\"per\":\"PT1M\"}"},
      {"key_tokens.rate", "null", "{\"maximum\":1,\"per\":\"PT1M\"}"},
    };
    for (int i = 0; i < 60; i++) {
      Policy policy = standard;
      for (String[] step : steps) {
        policy = changed(policy, step[0], step[1 + random.nextInt(step.length - 1)]);
      }
      all.add(policy);
    }
    int chains = 0;
    for (Policy loose : all) {
      for (Policy middle : all) {
        if (new PolicyCeiling(loose).exceededBy(middle).isPresent()) {
          continue;
        }
        for (Policy tight : all) {
          if (new PolicyCeiling(middle).exceededBy(tight).isEmpty()) {
            assertThat(new PolicyCeiling(loose).exceededBy(tight)).isEmpty();
            chains++;
          }
        }
      }
    }
    assertThat(chains).isGreaterThan(60);
  }
}
