package dev.keyledger.kit.internal;

import dev.keyledger.kit.keys.ServerKeys.Purpose;
import java.util.Arrays;
import java.util.Optional;

/**
 * A service that calls another by internal tokens. Both hold the pair's server key, and nobody else
 * does: who takes over a service speaks as that service alone.
 */
public enum ServicePair {
  COMMAND_TO_TOKEN("command-service", "token-service", Purpose.COMMAND_TO_TOKEN),
  QUERY_TO_TOKEN("query-service", "token-service", Purpose.QUERY_TO_TOKEN),
  DELIVERY_TO_TOKEN("delivery-service", "token-service", Purpose.DELIVERY_TO_TOKEN),
  /** To compare the ledger with what was made of it. */
  QUERY_TO_COMMAND("query-service", "command-service", Purpose.QUERY_TO_COMMAND),
  /** To say that a receiver is gone. */
  DELIVERY_TO_COMMAND("delivery-service", "command-service", Purpose.DELIVERY_TO_COMMAND),
  /** For the events that who follows them lacks. */
  DELIVERY_TO_QUERY("delivery-service", "query-service", Purpose.DELIVERY_TO_QUERY),
  /** Who makes the demonstration's data and is no service; without a demonstration has no key. */
  SEEDER_TO_TOKEN("seeder", "token-service", Purpose.SEEDER_TO_TOKEN);

  private final String caller;
  private final String callee;
  private final Purpose purpose;

  ServicePair(String caller, String callee, Purpose purpose) {
    this.caller = caller;
    this.callee = callee;
    this.purpose = purpose;
  }

  /** Name of who calls, as its tokens say. */
  public String caller() {
    return caller;
  }

  /** Name of who is called, the tokens' audience. */
  public String callee() {
    return callee;
  }

  public Purpose purpose() {
    return purpose;
  }

  /** The pair of these, if the one calls the other. */
  static Optional<ServicePair> of(String caller, String callee) {
    return Arrays.stream(values())
        .filter(pair -> pair.caller.equals(caller) && pair.callee.equals(callee))
        .findFirst();
  }
}
