package dev.keyledger.gateway;

/** What stands behind the gateway. */
public enum Upstream {
  COMMAND,
  QUERY,
  TOKEN,
  DELIVERY,
  /** The demonstration's protected service. */
  DOWNSTREAM
}
