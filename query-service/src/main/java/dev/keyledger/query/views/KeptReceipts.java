package dev.keyledger.query.views;

import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import dev.keyledger.kit.receipts.Receipt;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.web.Problem;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** Receipts of keys' last ends, which command-service keeps: it follows who acknowledges what. */
@Component
class KeptReceipts {
  private static final Logger log = LoggerFactory.getLogger(KeptReceipts.class);

  record EndedKey(OrganizationId organization, KeyId key) {}

  /**
   * @param receivers {@code null} from a replica of the release before
   */
  private record ToldReceipt(@Nullable Receipt receipt, @Nullable List<ToldReceiver> receivers) {}

  /**
   * @param receivers {@code null} where that isn't known
   */
  record Kept(Receipt receipt, @Nullable List<ToldReceiver> receivers) {}

  private final TokenServiceClient commandService;

  KeptReceipts(@Value("${keyledger.command-service.url}") URI url, InternalTokens tokens) {
    this.commandService =
        new TokenServiceClient(
            "command-service", url, () -> tokens.make(ServicePair.QUERY_TO_COMMAND));
  }

  /**
   * @throws dev.keyledger.kit.web.ProblemException 503 {@code unavailable} when command-service
   *     doesn't tell
   */
  Optional<Kept> find(EndedKey ended) {
    try {
      ToldReceipt answer =
          commandService.post("/internal/v1/keys/receipt", ended, ToldReceipt.class);
      return Optional.ofNullable(answer.receipt()).map(one -> new Kept(one, answer.receivers()));
    } catch (UnansweredException e) {
      log.warn("A receipt can't be told just now: {}", e.getMessage());
      throw Problem.of(503, "unavailable", "What this needs is not available just now.")
          .withHeader("Retry-After", "1")
          .toException();
    }
  }
}
