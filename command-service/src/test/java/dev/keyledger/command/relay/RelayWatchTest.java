package dev.keyledger.command.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.keyledger.infra.servers.Servers;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

class RelayWatchTest {
  @Test
  void aFailureThatNobodyForesawEndsNoRenewal() {
    var failed = new AtomicBoolean();
    Runnable leadershipChanged =
        () -> {
          if (failed.compareAndSet(false, true)) {
            throw new IllegalStateException("unforeseen");
          }
        };
    try (var ledger = new LedgerFixture(Servers.forTests().freshDatabase())) {
      var connections = new CuttableSource(ledger.source());
      var lease = new Lease("replica", Node.SETTINGS.lease(), System::nanoTime);
      try (var watch =
          new RelayWatch(
              connections, lease, new Signal(), leadershipChanged, () -> {}, topic -> {})) {
        watch.start();
        await().atMost(Duration.ofSeconds(30)).until(() -> connections.opened() == 2);
        await()
            .atMost(Duration.ofSeconds(30))
            .untilAsserted(() -> assertThat(lease.isHeld()).isTrue());
      }
      assertThat(failed).isTrue();
    }
  }
}
