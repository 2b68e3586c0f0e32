package dev.keyledger.query;

import static dev.keyledger.query.QueryServiceUnderTest.OPERATOR;
import static org.awaitility.Awaitility.await;

import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.query.TestLedger.Stream;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** A figure rather than a test: {@code mvn test -Dtests.excluded= -Dtest=RebuildSpeedTest}. */
@Tag("faults")
class RebuildSpeedTest {
  private static final int EVENTS = Integer.getInteger("rebuild.events", 300_000);

  @Test
  void rebuildsSoManyEventsASecond() {
    Servers servers = Servers.forTests();
    try (var broker = servers.freshBroker();
        var ledger = new TestLedger(broker.bootstrapServers());
        var service =
            new QueryServiceUnderTest(
                servers.freshDatabase(), broker.bootstrapServers(), Clock.systemUTC(), Map.of())) {
      List<Stream> streams = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        streams.add(new Stream());
        ledger.publish(streams.get(i).registered());
      }
      int written = streams.size();
      while (written < EVENTS) {
        var events = new ArrayList<LedgerEvent>();
        for (Stream stream : streams) {
          KeyId key = TestLedger.newKey();
          events.add(stream.next(TestLedger.created(key, "k")));
          events.add(stream.next(new KeyRenamed(key, "k", "renamed", TestLedger.START)));
          events.add(
              stream.next(
                  new KeyRotated(key, TestLedger.secret("kl_live_bb"), null, TestLedger.START)));
          events.add(
              stream.next(new KeyRevoked(key, KeyRevoked.Cause.REQUESTED, null, TestLedger.START)));
        }
        ledger.publish(events);
        written += events.size();
      }
      streams.forEach(service::awaitApplied);
      for (int round = 1; round <= 3; round++) {
        String id =
            service.call(OPERATOR, "POST", "/v1/platform/rebuilds").body().path("id").stringValue();
        await()
            .atMost(Duration.ofMinutes(4))
            .pollInterval(Duration.ofMillis(500))
            .until(() ->
                service
                    .get(OPERATOR, "/v1/platform/rebuilds/" + id)
                    .body()
                    .path("state")
                    .stringValue()
                    .equals("serving"));
        System.out.println(
            "REBUILT " + service.get(OPERATOR, "/v1/platform/rebuilds/" + id).body());
      }
    }
  }
}
