package dev.keyledger.token.enforcement.http;

import dev.keyledger.kit.decide.Code;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.util.Arrays;
import org.springframework.stereotype.Component;

/** {@code keyledger_decisions_total} by what was asked about and what it came to. */
@Component
public final class DecisionMetrics {
  private static final String NAME = "keyledger.decisions";

  private final Counter[] keys;
  private final Counter[] tokens;
  private final Counter unknowable;

  public DecisionMetrics(MeterRegistry registry) {
    keys = byCode(registry, "key");
    tokens = byCode(registry, "token");
    unknowable = registry.counter(NAME, "credential", "any", "code", "not_fresh");
  }

  private static Counter[] byCode(MeterRegistry registry, String credential) {
    return Arrays.stream(Code.values())
        .map(code -> registry.counter(NAME, "credential", credential, "code", code.text()))
        .toArray(Counter[]::new);
  }

  void ofKey(Code code) {
    keys[code.ordinal()].increment();
  }

  void ofToken(Code code) {
    tokens[code.ordinal()].increment();
  }

  void unknowable() {
    unknowable.increment();
  }
}
