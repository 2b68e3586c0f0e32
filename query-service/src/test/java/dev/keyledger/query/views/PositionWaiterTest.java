package dev.keyledger.query.views;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.AbstractDataSource;

class PositionWaiterTest {
  @Test
  void positionsAreLookedForAgainWhateverFailedBefore() {
    var asked = new AtomicInteger();
    var waiter =
        new PositionWaiter(
            JdbcClient.create(
                new AbstractDataSource() {
                  @Override
                  public Connection getConnection() {
                    asked.incrementAndGet();
                    throw new UnsupportedOperationException("broken");
                  }

                  @Override
                  public Connection getConnection(String username, String password) {
                    return getConnection();
                  }
                }));
    waiter.start();
    try {
      await()
          .untilAsserted(() -> {
            var waited = waiter.await("some-organization", 1, Duration.ofMillis(50));
            assertThat(waited.reached()).isFalse();
            assertThat(asked.get()).isGreaterThan(2);
          });
    } finally {
      waiter.stop();
    }
  }
}
