package dev.keyledger.kit.revocations;

import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import org.jspecify.annotations.Nullable;

/** Asks token-service, which has it from PostgreSQL and from the relay. */
final class TokenServiceVouches implements WholeTopic {
  private static final String PATH = "/internal/v1/revocations/whole";

  private record Question() {}

  private final TokenServiceClient tokenService;

  TokenServiceVouches(TokenServiceClient tokenService) {
    this.tokenService = tokenService;
  }

  @Override
  public @Nullable TopicMark ask() {
    try {
      return tokenService.post(PATH, new Question(), TopicMark.class);
    } catch (UnansweredException e) {
      return null;
    }
  }
}
