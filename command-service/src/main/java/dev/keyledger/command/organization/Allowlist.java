package dev.keyledger.command.organization;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.policy.Policy;
import java.util.List;

/**
 * From where an organisation's credentials may be used.
 *
 * @param ranges in canonical text; none admits every address
 * @param environments those that it is limited to; none for all that the policy says
 */
record Allowlist(List<String> ranges, List<String> environments) {
  static final Allowlist NONE = new Allowlist(List.of(), List.of());

  Allowlist {
    ranges = List.copyOf(ranges);
    environments = List.copyOf(environments);
  }

  /**
   * Whether people may act from there. A person belongs to no environment, so their commands are
   * bound where the requests of all are, as enforcement has it.
   */
  boolean admitsPeopleFrom(ClientAddress address, Policy policy) {
    return ranges.isEmpty()
        || !bound(policy).containsAll(policy.environments())
        || ranges.stream().anyMatch(cidr -> AddressRange.of(cidr).contains(address.text()));
  }

  /** Whether it admits nothing that the other doesn't. */
  boolean isWithin(Allowlist most, Policy policy) {
    return most.ranges.isEmpty()
        || (!ranges.isEmpty()
            && ranges.stream().allMatch(most::admitsAllOf)
            && bound(policy).containsAll(most.bound(policy)));
  }

  private boolean admitsAllOf(String range) {
    AddressRange inner = AddressRange.of(range);
    return ranges.stream().anyMatch(outer -> AddressRange.of(outer).containsAll(inner));
  }

  private List<String> bound(Policy policy) {
    return environments.isEmpty()
        ? policy.allowlistEnvironments()
        : environments.stream().filter(policy.environments()::contains).toList();
  }
}
