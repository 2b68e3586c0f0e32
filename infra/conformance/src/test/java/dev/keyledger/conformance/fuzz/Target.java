package dev.keyledger.conformance.fuzz;

import dev.keyledger.conformance.wire.Answered;
import dev.keyledger.conformance.wire.Request;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * An endpoint of a dialect.
 *
 * @param pattern as the dialect declares it
 * @param method as the dialect declares it, or {@code any}
 * @param good a request that succeeds, or would if it were not for a limit
 * @param heard what came of one, whose next may depend on it
 * @param renew makes the credential of the good request anew, for when an attack has used it up
 */
record Target(
    Dialect dialect,
    String method,
    String pattern,
    Supplier<Request> good,
    Consumer<Answered> heard,
    Runnable renew) {
  @Override
  public String toString() {
    return method + " " + pattern;
  }
}
