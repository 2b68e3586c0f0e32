package dev.keyledger.kit.revocations;

import dev.keyledger.kit.kafka.TopicMark;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks token-service, which has it from PostgreSQL and from the relay. */
public final class TokenServiceVouches implements WholeTopic {
  private static final Logger log = LoggerFactory.getLogger(TokenServiceVouches.class);
  private static final String PATH = "/internal/v1/revocations/whole";

  private record Question() {}

  private final TokenServiceClient tokenService;
  private boolean unanswered;

  public TokenServiceVouches(TokenServiceClient tokenService) {
    this.tokenService = tokenService;
  }

  @Override
  public synchronized @Nullable TopicMark ask() {
    try {
      TopicMark answer = tokenService.post(PATH, new Question(), TopicMark.class);
      if (unanswered) {
        unanswered = false;
        log.info("token-service says again whether the revocations are whole");
      }
      return answer;
    } catch (UnansweredException e) {
      // Once per outage: it is asked twice a second.
      if (!unanswered) {
        unanswered = true;
        log.warn(
            "token-service doesn't say whether the revocations are whole ({}): until it does it is"
                + " asked about every token",
            e.getMessage());
      }
      return null;
    }
  }
}
