package dev.keyledger.query.check;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.people.TokenServiceClient;
import dev.keyledger.kit.people.UnansweredException;
import java.net.URI;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.stereotype.Component;

/** What the ledger says, which is command-service's to read. */
@Component
class Ledger {
  static final String SILENT = "command-service doesn't answer";

  /**
   * @param id of the event
   */
  record Leaf(long position, String id, String leaf) {
    Hash hash() {
      return Hash.parse(leaf);
    }
  }

  /**
   * @param published the last position that was published; -1 for none
   * @param passedBy a position that stands at an index which the relay has passed without
   *     publishing it
   */
  record LedgerStanding(String organization, long published, @Nullable Long passedBy) {
    UUID uuid() {
      return new OrganizationId(organization).uuid();
    }
  }

  private record Range(String organization, long from, long to) {}

  private record Leaves(List<Leaf> items) {}

  private record Behind(@Nullable String after) {}

  /**
   * A page of organisations.
   *
   * @param topic id of the {@code events.v1} that has everything which was published; {@code null}
   *     while it is being filled
   */
  record LedgerPage(List<LedgerStanding> items, @Nullable String next, @Nullable String topic) {}

  /** command-service doesn't answer. */
  static final class SilentException extends RuntimeException {
    SilentException(Throwable cause) {
      super("the ledger can't be asked", cause);
    }
  }

  private final TokenServiceClient client;

  Ledger(@Value("${keyledger.command-service.url}") URI url, InternalTokens tokens) {
    this.client =
        new TokenServiceClient(
            "command-service", url, () -> tokens.make(ServicePair.QUERY_TO_COMMAND));
  }

  /** Those that there are from a position to before another, a thousand at most. */
  List<Leaf> leaves(UUID organization, long from, long to) {
    try {
      return client
          .post(
              "/internal/v1/ledger/leaves",
              new Range(OrganizationId.of(organization).value(), from, to),
              Leaves.class)
          .items();
    } catch (UnansweredException e) {
      throw new SilentException(e);
    }
  }

  /**
   * @param after where the page before ended
   */
  LedgerPage organizations(@Nullable String after) {
    try {
      return client.post("/internal/v1/ledger/organizations", new Behind(after), LedgerPage.class);
    } catch (UnansweredException e) {
      throw new SilentException(e);
    }
  }
}
