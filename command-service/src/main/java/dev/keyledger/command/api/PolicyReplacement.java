package dev.keyledger.command.api;

import dev.keyledger.command.organization.PolicyEdit;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Standing;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.UnreadableBodies;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * A policy in place of another: by itself, or as {@code GET} answers it, with what is in force
 * beside it. Of that a ceiling and a preset have to be what they are: they aren't set by this.
 *
 * @param ceiling {@code null} where none is said
 * @param preset a text, or {@code null} where the organisation has none; missing where none is said
 */
record PolicyReplacement(Policy policy, @Nullable Policy ceiling, JsonNode preset)
    implements PolicyEdit {
  private static final Set<String> BESIDE = Set.of("ceiling", "preset", "position", "changed_at");

  /**
   * @throws dev.keyledger.kit.web.ProblemException 422 naming the field by its path
   */
  static PolicyReplacement read(JsonMapper json, JsonNode body) {
    if (!body.has("policy")) {
      return new PolicyReplacement(policy(json, body, null), null, body.path("policy"));
    }
    for (String name : body.propertyNames()) {
      if (!name.equals("policy") && !BESIDE.contains(name)) {
        throw Problem.ofUnknownField(name).toException();
      }
    }
    return new PolicyReplacement(
        policy(json, body, "policy"),
        body.has("ceiling") ? policy(json, body, "ceiling") : null,
        body.path("preset"));
  }

  private static Policy policy(JsonMapper json, JsonNode body, @Nullable String name) {
    JsonNode policy = name == null ? body : body.path(name);
    if (!policy.isObject()) {
      throw Problem.ofField(name == null ? "body" : name, "An object is due here.").toException();
    }
    try {
      return json.treeToValue(policy, Policy.class);
    } catch (JacksonException e) {
      throw UnreadableBodies.problemOf(name == null ? e : e.prependPath(body, name)).toException();
    }
  }

  @Override
  public Policy of(Standing standing) {
    mustBe(ceiling == null || ceiling.equals(standing.ceiling()), "ceiling");
    boolean samePreset =
        preset.isNull() ? standing.preset() == null : preset.asString("").equals(standing.preset());
    mustBe(preset.isMissingNode() || samePreset, "preset");
    return policy;
  }

  private static void mustBe(boolean same, String field) {
    if (!same) {
      throw new InvalidField(field, "It is another one, and isn't set by this.").toException();
    }
  }
}
