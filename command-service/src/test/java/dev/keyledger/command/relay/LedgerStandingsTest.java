package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import org.junit.jupiter.api.Test;

/** What the ledger says of itself to who compares it. */
class LedgerStandingsTest extends RelayNodesTest {
  @Test
  void whatWasPutInBehindTheRelayIsToldAndWhatIsPublishedIsNot() throws Exception {
    Node node = relay(Steps.UNHINDERED);
    awaitLeading(node);
    ledger.append(organization, 0, Acme.registered(organization));
    ledger.append(organization, 1, Acme.created(Acme.key()));
    node.appended.give();
    await().atMost(SOON).until(() -> standing().published() == 1);
    assertThat(standing().passedBy()).isNull();

    try (var connection = ledger.source().getConnection();
        var statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO event (global_index, organization, position, id, aggregate_type, recorded_at,"
              + " type, payload, metadata) OVERRIDING SYSTEM VALUE SELECT -5, organization, 2,"
              + " id || 'x', aggregate_type, recorded_at, type, payload, metadata FROM event WHERE"
              + " organization = '"
              + organization.value()
              + "' AND position = 1");
    }

    assertThat(standing().published()).isEqualTo(1);
    assertThat(standing().passedBy()).isEqualTo(2);
  }

  private LedgerStandings.Standing standing() {
    String after = "";
    do {
      LedgerStandings.Page page = new LedgerStandings(ledger.source()).after(after);
      for (var one : page.items()) {
        if (one.organization().equals(organization.value())) {
          return one;
        }
      }
      after = page.next();
    } while (after != null);
    return new LedgerStandings.Standing(organization.value(), -1, null);
  }
}
