package dev.keyledger.kit.revocations;

import dev.keyledger.kit.kafka.AcknowledgedRecords;
import dev.keyledger.kit.kafka.RecordPlace;
import dev.keyledger.kit.people.TokenServiceClient;
import java.util.List;
import java.util.Set;

/** Asks token-service, where operators acknowledge. */
public final class TokenServiceAcknowledgements implements AcknowledgedRecords {
  private static final String PATH = "/internal/v1/acknowledged-records";

  private record Question() {}

  private record Answer(List<RecordPlace> records) {}

  private final TokenServiceClient tokenService;

  public TokenServiceAcknowledgements(TokenServiceClient tokenService) {
    this.tokenService = tokenService;
  }

  @Override
  public Set<RecordPlace> all() {
    return Set.copyOf(tokenService.post(PATH, new Question(), Answer.class).records());
  }
}
