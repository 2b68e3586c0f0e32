package dev.keyledger.benchmarks.platform;

import dev.keyledger.benchmarks.load.Exchange;
import dev.keyledger.benchmarks.load.RawRequest;
import dev.keyledger.benchmarks.seed.AccessSeed.SeededKey;
import dev.keyledger.infra.services.ServiceProcess;
import dev.keyledger.kit.keys.Pepper;
import java.util.Map;

/** Asks a token-service with ceilings to call its issuer from within. */
public final class Issuer {
  private final ServiceProcess service;
  private final Pepper pepper;

  public Issuer(ServiceProcess service, Pepper pepper) {
    this.service = service;
    this.pepper = pepper;
  }

  /** Tokens a second for that key, in one thread. */
  public double perSecond(SeededKey key, long millis) {
    String query =
        "?key="
            + key.key()
            + "&verifier="
            + pepper.encodedVerifierOf(key.secret())
            + "&millis="
            + millis;
    try (var exchange = Exchange.with(service.port())) {
      String answer =
          exchange
              .send(RawRequest.post(IssuingHandler.PATH + query, Map.of(), ""))
              .orThrow()
              .body();
      return Double.parseDouble(answer);
    }
  }
}
