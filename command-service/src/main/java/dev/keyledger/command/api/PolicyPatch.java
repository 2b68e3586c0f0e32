package dev.keyledger.command.api;

import dev.keyledger.command.organization.PolicyEdit;
import dev.keyledger.command.organization.Refusal.InvalidField;
import dev.keyledger.command.organization.Standing;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.kit.web.UnreadableBodies;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * A JSON merge patch (RFC 7396) of a policy: fields that it names have its values, {@code null}
 * takes a field away where a policy may do without, lists are replaced as a whole.
 */
final class PolicyPatch implements PolicyEdit {
  private final JsonMapper json;
  private final JsonNode patch;

  PolicyPatch(JsonMapper json, JsonNode patch) {
    this.json = json;
    this.patch = patch;
  }

  @Override
  public Policy of(Standing standing) {
    if (!patch.isObject()) {
      throw new InvalidField("body", "A merge patch of a policy is an object.").toException();
    }
    ObjectNode merged = json.valueToTree(standing.policy());
    merge("", merged, (ObjectNode) patch);
    try {
      return json.treeToValue(merged, Policy.class);
    } catch (JacksonException e) {
      Problem problem = UnreadableBodies.problemOf(e);
      throw new InvalidField(
              String.valueOf(problem.members().getOrDefault("field", "body")), problem.detail())
          .toException();
    }
  }

  private static void merge(String path, ObjectNode target, ObjectNode patch) {
    for (Map.Entry<String, JsonNode> entry : patch.properties()) {
      String name = entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isNull()) {
        take(path, target, name);
      } else if (value instanceof ObjectNode fields) {
        ObjectNode under =
            target.path(name) instanceof ObjectNode present ? present : target.putObject(name);
        merge(path + name + ".", under, fields);
      } else {
        target.set(name, value);
      }
    }
  }

  /** What isn't there is none of a policy's fields, unless it is an entry that may come and go. */
  private static void take(String path, ObjectNode target, String name) {
    boolean known =
        target.has(name)
            || path.equals("keys.prefixes.")
            || path.equals("roles.") && PolicyShape.isRole(name);
    if (known) {
      target.remove(name);
    } else {
      target.putNull(name);
    }
  }
}
