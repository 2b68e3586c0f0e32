package dev.keyledger.benchmarks.platform;

import dev.keyledger.benchmarks.ceiling.CeilingHandlers;
import dev.keyledger.token.TokenServiceApplication;
import java.util.List;
import org.springframework.boot.SpringApplication;

/** Runs in token-service's place, on its class path. */
final class TokenServiceWithCeilings {
  private TokenServiceWithCeilings() {}

  public static void main(String[] arguments) {
    SpringApplication application = TokenServiceApplication.application();
    application.addPrimarySources(List.of(CeilingHandlers.class, IssuingHandler.class));
    application.run(arguments);
  }
}
