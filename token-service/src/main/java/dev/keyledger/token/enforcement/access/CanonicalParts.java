package dev.keyledger.token.enforcement.access;

import com.github.benmanes.caffeine.cache.Interner;
import dev.keyledger.events.policy.KeyRules;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.RolePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Of parts of records that are equal, the one object that all share: every record arrives with a
 * policy of its own, and of a hundred thousand few differ. What no record refers to any more is
 * forgotten.
 */
final class CanonicalParts {
  private final Interner<String> texts = Interner.newWeakInterner();
  private final Interner<Object> parts = Interner.newWeakInterner();

  String text(String text) {
    return texts.intern(text);
  }

  List<String> texts(List<String> list) {
    return list.isEmpty() ? List.of() : part(list.stream().map(this::text).toList());
  }

  RolePermissions permissions(Policy policy, boolean verified) {
    return part(RolePermissions.of(policy, verified));
  }

  /** An equal policy, which shares what it has in common with others that differ. */
  Policy policy(Policy p) {
    return part(
        new Policy(
            text(p.dialect()),
            texts(p.environments()),
            p.environmentChoice(),
            texts(p.liveEnvironments()),
            texts(p.allowlistEnvironments()),
            p.allowlistManagers(),
            keys(p.keys()),
            part(p.keyTokens()),
            part(p.sessions()),
            roles(p.roles()),
            texts(p.onboardingPermissions()),
            p.commands() == null ? null : part(p.commands()),
            p.witnesses() == null ? null : part(p.witnesses()),
            p.receipts() == null ? null : part(p.receipts()),
            p.leakedKeys(),
            p.tokens() == null ? null : part(p.tokens())));
  }

  private KeyRules keys(KeyRules k) {
    return part(
        new KeyRules(
            prefixes(k.prefixes()),
            part(k.uses()),
            k.creators(),
            k.authority(),
            k.limit(),
            k.creationRate(),
            k.expiry(),
            k.defaultGrace(),
            k.maximumGrace(),
            k.outstandingTokens(),
            k.maximumAge(),
            k.ageBounds() == null ? null : part(k.ageBounds())));
  }

  private Map<String, String> prefixes(Map<String, String> prefixes) {
    var shared = new LinkedHashMap<String, String>();
    prefixes.forEach((environment, prefix) -> shared.put(text(environment), text(prefix)));
    return part(Map.copyOf(shared));
  }

  private Map<Role, List<String>> roles(Map<Role, List<String>> roles) {
    var shared = new LinkedHashMap<Role, List<String>>();
    roles.forEach((role, permissions) -> shared.put(role, texts(permissions)));
    return part(Map.copyOf(shared));
  }

  // Equal parts are of one type: none of the types here equals another's instance.
  @SuppressWarnings("unchecked")
  private <T> T part(T part) {
    return (T) parts.intern(part);
  }
}
