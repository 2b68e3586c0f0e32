package dev.keyledger.command.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.RefusedException;
import dev.keyledger.command.organization.Standing;
import dev.keyledger.command.policy.Presets;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.OrganizationKind;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.web.JsonConventions;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.kit.web.UnreadableBodies;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Policies in bodies: put back as they were read, and whatever is wrong in them told by its path.
 */
class PolicyBodiesTest {
  private static final JsonMapper JSON = mapper();
  private final Presets presets = new Presets();
  private final Policy standard = presets.find("standard").orElseThrow();

  private static JsonMapper mapper() {
    var builder = JsonMapper.builder();
    new JsonConventions().customize(builder);
    return builder.addModule(new PolicyModule()).build();
  }

  @Test
  void everyPolicyCanBePutBackAsItWasRead() {
    for (String name : presets.names()) {
      Policy policy = presets.find(name).orElseThrow();
      assertThat(JSON.readValue(JSON.writeValueAsString(policy), Policy.class)).isEqualTo(policy);
    }
  }

  private static String fieldOf(JsonNode policy) {
    try {
      JSON.treeToValue(policy, Policy.class);
      return "";
    } catch (JacksonException e) {
      Problem problem = UnreadableBodies.problemOf(e);
      assertThat(problem.status()).as(problem.toString()).isEqualTo(422);
      return String.valueOf(problem.members().get("field"));
    }
  }

  /** Paths of what has a name in it, but entries of maps. */
  private static List<String> paths(JsonNode object, String within) {
    var paths = new ArrayList<String>();
    object
        .properties()
        .forEach(entry -> {
          String path = within + entry.getKey();
          paths.add(path);
          if (!path.equals("roles") && !path.equals("keys.prefixes")) {
            paths.addAll(paths(entry.getValue(), path + "."));
          }
        });
    return paths;
  }

  private ObjectNode holderOf(JsonNode policy, String path) {
    JsonNode at = policy;
    String[] steps = path.split("\\.");
    for (int i = 0; i < steps.length - 1; i++) {
      at = at.path(steps[i]);
    }
    return (ObjectNode) at;
  }

  private static String lastOf(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  @Test
  void whatIsMissingIsToldByItsPathOrHasAMeaningWhereItIsAbsent() {
    Set<String> optional = new TreeSet<>();
    for (String path : paths(JSON.valueToTree(standard), "")) {
      ObjectNode without = JSON.valueToTree(standard);
      holderOf(without, path).remove(lastOf(path));
      ObjectNode withNull = JSON.valueToTree(standard);
      holderOf(withNull, path).putNull(lastOf(path));
      String field = fieldOf(without);
      assertThat(field).isIn(path, "");
      assertThat(fieldOf(withNull)).isEqualTo(field);
      if (field.isEmpty()) {
        optional.add(path);
      }
    }
    assertThat(optional)
        .containsAll(PolicyShape.DEFAULTED)
        .contains("keys.creation_rate", "sessions.family_lifetime", "commands")
        .doesNotContain("environments", "keys", "keys.limit.maximum", "roles");
  }

  @Test
  void whatMayBeAbsentIsWhatThePolicyItselfGivesAValue() {
    for (String path : PolicyShape.DEFAULTED) {
      ObjectNode without = JSON.valueToTree(standard);
      holderOf(without, path).remove(lastOf(path));
      JsonNode again = JSON.valueToTree(EventCodec.mapper().treeToValue(without, Policy.class));
      assertThat(holderOf(again, path).path(lastOf(path)).isNull()).as(path).isFalse();
    }
  }

  @Test
  void whatIsMisspeltIsToldByItsPath() {
    for (String path : paths(JSON.valueToTree(standard), "")) {
      ObjectNode policy = JSON.valueToTree(standard);
      holderOf(policy, path).put(lastOf(path) + "s", 1);
      assertThat(fieldOf(policy)).isEqualTo(path + "s");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"environments": null}                       | environments
          {"keys": null}                               | keys
          {"keys": []}                                 | keys
          {"keys": {"limit": {"maximum": null}}}       | keys.limit.maximum
          {"keys": {"limit": {"maximum": 2147483648}}} | keys.limit.maximum
          {"keys": {"limit": {"maximum": "5"}}}        | keys.limit.maximum
          {"keys": {"limt": {"maximum": 5}}}           | keys.limt
          {"keys": {"creation_rate": {"maximum": 5}}}  | keys.creation_rate.per
          {"keys": {"default_grace": 3600}}            | keys.default_grace
          {"keys": {"uses": ["direct", null]}}         | keys.uses[1]
          {"keys": {"prefixes": {"live": 5}}}          | keys.prefixes.live
          {"kyes": null}                               | kyes
          {"keys": {"limt": null}}                     | keys.limt
          {"keys.limit": {"maximum": 5}}               | keys.limit
          {"Keys": {}}                                 | Keys
          {"roles": {"ownr": ["a.b"]}}                 | roles.ownr
          {"roles": {"ownr": null}}                    | roles.ownr
          {"roles": {"OWNER": ["a.b"]}}                | roles.OWNER
          {"roles": {"owner": [null]}}                 | roles.owner[0]
          {"roles": {"owner": "a.b"}}                  | roles.owner
          {"commands": {"rate": {"per": null}}}        | commands.rate.per
          {"sessions": {"second_step": "sometimes"}}   | sessions.second_step
          {"dialect": 5}                               | dialect
          []                                           | body
          "standard"                                   | body
          """)
  void aPatchThatLeavesNoPolicyIsToldByItsPath(String patch, String field) {
    RefusedException refused =
        catchThrowableOfType(RefusedException.class, () -> patched(standard, patch));
    assertThat(refused.refusal())
        .isInstanceOfSatisfying(InvalidField.class, r -> assertThat(r.field()).isEqualTo(field));
  }

  private static Policy patched(Policy policy, String patch) {
    return new PolicyPatch(JSON, JSON.readTree(patch)).of(standing(policy));
  }

  private static Standing standing(Policy policy) {
    return new Standing(
        new OrganizationId("org_01890a5d-ac96-774b-bcce-b302099a8057"),
        "acme",
        "Acme",
        OrganizationKind.STANDARD,
        "standard",
        policy,
        policy,
        true,
        true,
        false,
        null,
        List.of(),
        List.of(),
        null,
        Instant.EPOCH);
  }

  @Test
  void whatIsAnsweredIsPutBackAsAWholeAndNothingBesideThePolicyIsSetByThat() {
    Standing standing = standing(standard);
    ObjectNode answer = JSON.createObjectNode();
    answer.set("policy", JSON.valueToTree(standard));
    answer.set("ceiling", JSON.valueToTree(standard));
    answer.put("preset", "standard").put("position", 5).put("changed_at", "2026-05-28T14:43:58Z");

    assertThat(PolicyReplacement.read(JSON, answer).of(standing)).isEqualTo(standard);
    for (Map.Entry<String, JsonNode> other :
        Map.of(
                "preset",
                JSON.createObjectNode().stringNode("incrm"),
                "ceiling",
                (JsonNode) JSON.valueToTree(presets.find("incrm").orElseThrow()))
            .entrySet()) {
      ObjectNode changed = answer.deepCopy();
      changed.set(other.getKey(), other.getValue());
      PolicyReplacement replacement = PolicyReplacement.read(JSON, changed);
      RefusedException refused =
          catchThrowableOfType(RefusedException.class, () -> replacement.of(standing));
      assertThat(refused.refusal())
          .isEqualTo(new InvalidField(other.getKey(), "It is another one, and isn't set by this."));
    }
    for (String nothing : List.of("null", "[]", "5", "\"standard\"", "{\"policy\": null}")) {
      ProblemException refused =
          catchThrowableOfType(
              ProblemException.class, () -> PolicyReplacement.read(JSON, JSON.readTree(nothing)));
      assertThat(refused.problem().status()).isEqualTo(422);
      assertThat(refused.problem().members().get("field")).isIn("body", "policy");
    }
    answer.withObject("/policy/keys").put("limt", 1);
    ProblemException misspelt =
        catchThrowableOfType(ProblemException.class, () -> PolicyReplacement.read(JSON, answer));
    assertThat(misspelt.problem().members()).containsEntry("field", "policy.keys.limt");
  }

  @Test
  void aPatchChangesWhatItNamesAndNothingElse() {
    assertThat(patched(standard, "{}")).isEqualTo(standard);
    Policy limited = patched(standard, "{\"keys\": {\"limit\": {\"maximum\": 3}}}");
    assertThat(limited.keys().limit().maximum()).isEqualTo(3);
    assertThat(limited.keys().limit().per()).isEqualTo(standard.keys().limit().per());
    assertThat(limited.roles()).isEqualTo(standard.roles());
    Policy bounded =
        patched(standard, "{\"commands\": {\"rate\": {\"maximum\": 20, \"per\": \"PT1M\"}}}");
    assertThat(patched(bounded, "{\"commands\": null}").commands()).isNull();
    assertThat(patched(bounded, "{\"commands\": {\"rate\": null}}").commands()).isNull();
    assertThat(patched(standard, "{\"roles\": {\"auditor\": null}}").roles())
        .doesNotContainKey(Role.AUDITOR);
    assertThat(patched(standard, "{\"roles\": {\"auditor\": [\"a.b\"]}}").roles())
        .containsEntry(Role.AUDITOR, List.of("a.b"))
        .containsEntry(Role.OWNER, standard.permissionsOf(Role.OWNER));
    assertThat(patched(standard, "{\"allowlist_managers\": null}").allowlistManagers())
        .isEqualTo(Policy.AllowlistManagers.PERMISSION);
  }
}
