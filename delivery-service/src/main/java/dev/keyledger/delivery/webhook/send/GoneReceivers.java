package dev.keyledger.delivery.webhook.send;

import dev.keyledger.delivery.webhook.SubscriptionKey;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.net.URI;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Tells the ledger of receivers that are there no more, until it says so itself: nothing is sent to
 * them meanwhile either.
 */
@Component
final class GoneReceivers {
  private static final Logger log = LoggerFactory.getLogger(GoneReceivers.class);
  private static final String PATH = "/internal/v1/subscriptions/gone";

  private record Gone(OrganizationId organization, SubscriptionId subscription) {}

  private record Told(long position) {}

  private final CourierTable table;
  private final TokenServiceClient ledger;

  GoneReceivers(
      CourierTable table,
      @Value("${keyledger.command-service.url}") URI url,
      InternalTokens tokens) {
    this.table = table;
    this.ledger =
        new TokenServiceClient(
            "command-service", url, () -> tokens.make(ServicePair.DELIVERY_TO_COMMAND));
  }

  @Scheduled(fixedDelayString = "PT2S")
  void tell() {
    try {
      for (SubscriptionKey key : table.gone()) {
        var unused =
            ledger.post(PATH, new Gone(key.organization(), key.subscription()), Told.class);
      }
    } catch (UnansweredException | DataAccessException e) {
      log.warn("the ledger isn't told of receivers yet: {}", e.getClass().getSimpleName());
    }
  }
}
