package dev.keyledger.gateway.dialect;

import dev.keyledger.kit.web.Problem;
import java.util.List;
import java.util.function.Supplier;

/**
 * One of the published systems in its own words: it translates to the canonical API and back, and
 * decides nothing. A bean that implements this is all that a dialect has to be.
 */
public interface Dialect {
  /** As policies name it in {@code dialect}. */
  String name();

  /** What it answers. Their paths, and everything below them, are this dialect's alone. */
  List<Endpoint> endpoints();

  /**
   * Says a refusal in this system's form, whatever its cause: a service, an unreadable body, a path
   * that isn't there, a service that is away. {@link Problem#code} is the reason, as {@link
   * Reply#problem} tells it.
   */
  Answer refusal(Problem problem);

  /** What stands around every call, whatever it comes to; for CORS. */
  default Answer around(Call call, Supplier<Answer> handled) {
    return handled.get();
  }
}
