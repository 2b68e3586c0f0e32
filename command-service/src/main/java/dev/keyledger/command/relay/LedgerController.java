package dev.keyledger.command.relay;

import dev.keyledger.events.EventCodec;
import dev.keyledger.kit.internal.InternalEndpoint;
import dev.keyledger.kit.internal.ServicePair;
import dev.keyledger.kit.log.CanonicalJson;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.web.Problem;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * What the ledger says of itself, so that query-service can compare it with what it has. It gives
 * hashes of what was published, and nothing of an event.
 */
@RestController
@RequestMapping(path = "/internal/v1/ledger", produces = "application/json")
class LedgerController {
  static final int MOST = 1_000;

  /**
   * @param from position
   * @param to position behind the last, {@value #MOST} behind {@code from} at most
   */
  record Range(String organization, long from, long to) {}

  /**
   * @param id of the event
   * @param leaf hash of the record that was published of it, in canonical form; of one that can't
   *     be read any more, of nothing
   */
  record Leaf(long position, String id, String leaf) {}

  record Leaves(List<Leaf> items) {}

  /**
   * @param after the last organisation of the page before; {@code null} for the first page
   */
  record Behind(@Nullable String after) {}

  private final LedgerLog ledger;
  private final LedgerStandings standings;

  LedgerController(LedgerLog ledger, RelayConnections connections) {
    this.ledger = ledger;
    this.standings = new LedgerStandings(connections.pooled());
  }

  /** An organisation's events in a range of positions: those that are there, in order. */
  @PostMapping("/leaves")
  @InternalEndpoint(ServicePair.QUERY_TO_COMMAND)
  Leaves leaves(@RequestBody Range range) {
    if (range.from() < 0 || range.to() < range.from() || range.to() - range.from() > MOST) {
      throw Problem.of(422, "validation_failed", "A range has " + MOST + " positions at most.")
          .toException();
    }
    var items = new ArrayList<Leaf>();
    ledger.historyOf(
        range.organization(), range.from(), range.to(), event -> items.add(leaf(event)));
    return new Leaves(items);
  }

  private static Leaf leaf(StoredEvent event) {
    return new Leaf(event.position(), event.id(), hash(event).text());
  }

  private static Hash hash(StoredEvent event) {
    try {
      return Hash.ofLeaf(CanonicalJson.of(EventCodec.encode(event.read().withoutVerifiers())));
    } catch (RuntimeException e) {
      return Hash.OF_NOTHING;
    }
  }

  /** How far each organisation was published, in pages. */
  @PostMapping("/organizations")
  @InternalEndpoint(ServicePair.QUERY_TO_COMMAND)
  LedgerStandings.Page organizations(@RequestBody Behind behind) {
    return standings.after(behind.after() == null ? "" : behind.after());
  }
}
