package dev.keyledger.command.policy;

import static org.assertj.core.api.Assertions.assertThat;

import dev.keyledger.events.EventCodec;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.ReceiptRules;
import dev.keyledger.events.policy.Role;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.node.ObjectNode;

class PolicyCheckTest {
  private static final String WITNESS =
      "witness.example/one+34ccb41d+BBpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";
  private static final String A_LOG =
      "PeterNeumann+c74f20a3+ARpc2QcUPDhMQegwxbzhKqiBfsVkmqq/LDE4izWy10TW";

  private final Policy standard = new Presets().find("standard").orElseThrow();

  private Policy changed(String pointer, String json) {
    int slash = pointer.lastIndexOf('/');
    return Policies.with(
        standard,
        root ->
            ((ObjectNode) (slash == 0 ? root : root.at(pointer.substring(0, slash))))
                .set(pointer.substring(slash + 1), EventCodec.mapper().readTree(json)));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "/dialect | \"klingon\" | dialect",
        "/environments | [] | environments",
        "/environments | [\"test\",\"test\"] | environments",
        "/live_environments | [\"moon\"] | live_environments",
        "/allowlist_environments | [\"moon\"] | allowlist_environments",
        "/environment_choice | \"organization_status\" | environment_choice",
        "/keys/prefixes | {\"live\":\"kl\"} | keys.prefixes",
        "/keys/prefixes/live | \"KL\" | keys.prefixes",
        "/keys/uses | [] | keys.uses",
        "/keys/limit/maximum | 0 | keys.limit.maximum",
        "/keys/creation_rate | {\"maximum\":0,\"per\":\"PT1M\"} | keys.creation_rate.maximum",
        "/keys/creation_rate | {\"maximum\":1,\"per\":\"PT0S\"} | keys.creation_rate.per",
        "/keys/default_grace | \"PT169H\" | keys.default_grace",
        "/keys/default_grace | \"PT-1H\" | keys.default_grace",
        "/key_tokens/lifetime | \"PT25H\" | key_tokens.lifetime",
        "/key_tokens/rate | {\"maximum\":0,\"per\":\"PT1M\"} | key_tokens.rate.maximum",
        "/key_tokens/rate | {\"maximum\":1,\"per\":\"PT745H\"} | key_tokens.rate.per",
        "/key_tokens/rate | {\"maximum\":1} | key_tokens.rate.per",
        "/commands/rate | {\"maximum\":9,\"per\":\"PT1M\"} | commands.rate.maximum",
        "/commands/rate | {\"maximum\":10001,\"per\":\"PT1M\"} | commands.rate.maximum",
        "/commands/rate | {\"maximum\":10,\"per\":\"PT61M\"} | commands.rate.per",
        "/commands/rate | {\"maximum\":10} | commands.rate.per",
        "/key_tokens/refresh_lifetime | \"PT1M\" | key_tokens.refresh_lifetime",
        "/sessions/access_lifetime | \"PT1S\" | sessions.access_lifetime",
        "/sessions/refresh_lifetime | \"PT1M\" | sessions.refresh_lifetime",
        "/sessions/family_lifetime | \"PT719H\" | sessions.family_lifetime",
        "/key_tokens/family_lifetime | \"PT719H\" | key_tokens.family_lifetime",
        "/sessions/refresh_reuse_interval | \"PT0S\" | sessions.refresh_reuse_interval",
        "/sessions/refresh_reuse_interval | \"PT61S\" | sessions.refresh_reuse_interval",
        "/key_tokens/refresh_reuse_interval | \"PT0.9S\" | key_tokens.refresh_reuse_interval",
        "/key_tokens/refresh_reuse_interval | \"PT1M1S\" | key_tokens.refresh_reuse_interval",
        "/roles/owner | [\"everything\"] | roles.owner",
        "/roles/owner | [null] | roles",
        "/witnesses | {\"keys\":[],\"required\":1} | witnesses.keys",
        "/witnesses | {\"required\":1} | witnesses.keys",
        "/witnesses | {\"keys\":[\"nonsense\"],\"required\":1} | witnesses.keys",
        "/witnesses | {\"keys\":[\"" + A_LOG + "\"],\"required\":1} | witnesses.keys",
        "/witnesses | {\"keys\":[\""
            + WITNESS
            + "\",\""
            + WITNESS
            + "\"],\"required\":1} | witnesses.keys",
        "/witnesses | {\"keys\":[\"" + WITNESS + "\"],\"required\":0} | witnesses.required",
        "/witnesses | {\"keys\":[\"" + WITNESS + "\"],\"required\":2} | witnesses.required",
        "/receipts | {} | receipts.wait_for",
        "/tokens | {} | tokens.status_list",
        "/onboarding_permissions | [\"everything\"] | onboarding_permissions",
        "/onboarding_permissions | [\"a.b\",\"a.b\"] | onboarding_permissions",
      })
  void whatMakesNoSenseIsNamedByItsField(String pointer, String json, String field) {
    assertThat(PolicyCheck.firstFault(changed(pointer, json)).orElseThrow().field())
        .isEqualTo(field);
  }

  @Test
  void anOrganisationMayHaveWitnessesOfItsOwn() {
    assertThat(
            PolicyCheck.firstFault(
                changed("/witnesses", "{\"keys\":[\"" + WITNESS + "\"],\"required\":1}")))
        .isEmpty();
  }

  @Test
  void receiptsMayWaitForFollowers() {
    Policy waiting = changed("/receipts", "{\"wait_for\":\"followers\"}");
    assertThat(PolicyCheck.firstFault(waiting)).isEmpty();
    assertThat(waiting.receiptsWaitFor()).isEqualTo(ReceiptRules.WaitFor.FOLLOWERS);
    assertThat(standard.receiptsWaitFor()).isEqualTo(ReceiptRules.WaitFor.TOKEN_SERVICE);
  }

  @Test
  void answersMayWaitForReceiversWhoeverElseReceiptsWaitFor() {
    String rules = "{\"wait_for\":\"token_service\",\"wait_for_receivers\":true}";
    Policy waiting = changed("/receipts", rules);
    assertThat(PolicyCheck.firstFault(waiting)).isEmpty();
    assertThat(waiting.receiptsWaitForReceivers()).isTrue();
    assertThat(waiting.receiptsWaitFor()).isEqualTo(ReceiptRules.WaitFor.TOKEN_SERVICE);
    assertThat(changed("/receipts", "{\"wait_for\":\"followers\"}").receiptsWaitForReceivers())
        .isFalse();
    assertThat(standard.receiptsWaitForReceivers()).isFalse();
  }

  @Test
  void tokensAreListedWherePolicySaysSoAndInNoOther() {
    Policy listing = changed("/tokens", "{\"status_list\":true}");
    assertThat(PolicyCheck.firstFault(listing)).isEmpty();
    assertThat(listing.listsTokens()).isTrue();
    assertThat(changed("/tokens", "{\"status_list\":false}").listsTokens()).isFalse();
    assertThat(standard.listsTokens()).isFalse();
  }

  /** Whatever is left out of the JSON is a fault or has a meaning, and never a crash. */
  @Test
  void everyFieldMayBeMissing() {
    List<String> pointers = new ArrayList<>();
    collect(EventCodec.mapper().valueToTree(standard), "", pointers);
    assertThat(pointers).hasSizeGreaterThan(20);
    for (String pointer : pointers) {
      try {
        PolicyCheck.firstFault(changed(pointer, "null"));
      } catch (JacksonException e) {
        // The reader refuses it already, as 422.
      }
    }
  }

  private static void collect(ObjectNode node, String at, List<String> pointers) {
    node.properties()
        .forEach(p -> {
          pointers.add(at + "/" + p.getKey());
          if (p.getValue() instanceof ObjectNode child) {
            collect(child, at + "/" + p.getKey(), pointers);
          }
        });
  }

  @Test
  void aNameOfThePlatformsThatItDoesNotHaveIsMisspelt() {
    Policy standard = Policies.withRole(standard(), Role.ADMIN, List.of("api_keys.craete"));
    assertThat(PolicyCheck.firstFault(standard))
        .get()
        .extracting(PolicyCheck.Fault::field)
        .isEqualTo("roles.admin");
    Policy own =
        Policies.withRole(standard(), Role.ADMIN, List.of("keysets.read", "memberships.x"));
    assertThat(PolicyCheck.firstFault(own)).isEmpty();
  }

  @Test
  void whatWaitsForVerificationIsSomethingThatARoleHas() {
    Policy policy = Policies.withOnboardingPermissions(standard(), "payments.wirte");
    assertThat(PolicyCheck.firstFault(policy))
        .get()
        .extracting(PolicyCheck.Fault::field)
        .isEqualTo("onboarding_permissions");
  }

  private static Policy standard() {
    return new Presets().find("standard").orElseThrow();
  }
}
