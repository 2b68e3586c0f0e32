package dev.keyledger.events;

/** What sort of organisation it is; fixed at registration. */
public enum OrganizationKind {
  STANDARD,
  /** Belongs to another platform's client and manages no keys. */
  CONNECTED_ACCOUNT,
  /** Keyledger's own: its keys are the platform services'. There is exactly one. */
  PLATFORM
}
