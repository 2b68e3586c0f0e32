package dev.keyledger.command.organization;

import dev.keyledger.command.organization.Consequences.Power;
import dev.keyledger.events.id.MemberId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.kit.decide.Authority;
import dev.keyledger.kit.decide.OrganizationRules;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What keys and members may do by one standing, as enforcement has it. */
final class Powers {
  /** Keys that are alike in this may do the same. */
  private record Kind(boolean hasCreator, @Nullable Role creator, List<String> scopes) {}

  private final Standing standing;
  private final OrganizationRules rules;
  private final Function<MemberId, Optional<Member>> members;
  private final Map<Kind, List<String>> permissions = new HashMap<>();

  Powers(Standing standing, long position, Function<MemberId, Optional<Member>> members) {
    this.standing = standing;
    this.rules = new OrganizationRules(standing.access(position));
    this.members = members;
  }

  Power of(Key key, Instant at) {
    if (standing.suspended() || !key.isLiveAt(at) || key.isSuspendedAt(at)) {
      return new Power(false, List.of(), List.of());
    }
    Role creator =
        Optional.ofNullable(key.createdBy())
            .flatMap(members)
            .filter(member -> !member.removed())
            .map(Member::role)
            .orElse(null);
    return new Power(
        true,
        permissions.computeIfAbsent(
            new Kind(key.createdBy() != null, creator, key.scopes()), this::permissionsOf),
        rules.bindsAddresses(key.environment()) ? standing.ipAllowlist() : List.of());
  }

  private List<String> permissionsOf(Kind kind) {
    return sorted(Authority.of(rules, kind.scopes(), kind.hasCreator(), kind.creator()));
  }

  List<String> of(Member member) {
    return standing.suspended() || member.removed()
        ? List.of()
        : sorted(rules.permissionsOf(member.role()));
  }

  private static List<String> sorted(Collection<String> names) {
    return names.stream().sorted().toList();
  }
}
