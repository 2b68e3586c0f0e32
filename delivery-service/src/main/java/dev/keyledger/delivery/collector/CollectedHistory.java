package dev.keyledger.delivery.collector;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.net.URI;
import java.util.List;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** History in OCSF by positions, as query-service has it: the export's very lines. */
@Component
final class CollectedHistory {
  private static final String PATH = "/internal/v1/events/collected";

  private record Wanted(
      OrganizationId organization,
      Source source,
      long from,
      int limit,
      int bytes,
      List<String> patterns) {}

  /**
   * @param next the first position that it says nothing of
   * @param end the last position that there is; -1 of none
   * @param complete whether all that is personal could be opened, or is erased
   */
  record Page(List<CollectedEvent> items, long next, long end, boolean complete) {}

  private final TokenServiceClient history;

  CollectedHistory(@Value("${keyledger.query-service.url}") URI url, InternalTokens tokens) {
    this.history =
        new TokenServiceClient(
            "query-service", url, () -> tokens.make(ServicePair.DELIVERY_TO_QUERY));
  }

  /**
   * @throws UnansweredException while it can't be told
   */
  Page from(
      OrganizationId organization,
      Source source,
      long from,
      int limit,
      int bytes,
      List<String> patterns) {
    return history.post(
        PATH, new Wanted(organization, source, from, limit, bytes, patterns), Page.class);
  }

  /**
   * The last position that there is; -1 of none.
   *
   * @throws UnansweredException while it can't be told
   */
  long end(OrganizationId organization, Source source) {
    return from(organization, source, 0, 0, 0, List.of()).end();
  }
}
