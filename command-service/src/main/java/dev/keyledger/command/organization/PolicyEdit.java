package dev.keyledger.command.organization;

import dev.keyledger.events.policy.Policy;

/**
 * What is to become of the policy in force: another one in its place, or some of its fields. It is
 * asked as often as a command is decided, and answers alike for the same standing.
 */
@FunctionalInterface
public interface PolicyEdit {
  /**
   * @throws RefusedException naming the field that is at fault, by its path within the policy
   */
  Policy of(Standing standing);

  /** Another one in its place. */
  static PolicyEdit replacedBy(Policy policy) {
    Fields.policy("", policy);
    return standing -> policy;
  }
}
