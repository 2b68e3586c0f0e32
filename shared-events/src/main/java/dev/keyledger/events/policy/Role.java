package dev.keyledger.events.policy;

/** What a member is in an organisation, highest first; no member grants a role above their own. */
public enum Role {
  OWNER,
  ADMIN,
  DEVELOPER,
  AUDITOR,
  EMPLOYEE;

  public boolean isAbove(Role other) {
    return ordinal() < other.ordinal();
  }
}
