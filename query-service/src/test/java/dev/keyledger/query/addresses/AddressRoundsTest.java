package dev.keyledger.query.addresses;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.benmanes.caffeine.cache.Ticker;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.versions.ViewVersions;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.sql.Connection;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;
import org.springframework.jdbc.datasource.AbstractDataSource;

class AddressRoundsTest {
  /** Fails as no database does. */
  private static final class Broken extends AbstractDataSource {
    private final AtomicInteger asked = new AtomicInteger();

    @Override
    public Connection getConnection() {
      asked.incrementAndGet();
      throw new IllegalStateException("broken");
    }

    @Override
    public Connection getConnection(String username, String password) {
      return getConnection();
    }
  }

  @Test
  void roundsGoOnWhateverFailsInOne() {
    var broken = new Broken();
    try (var context = new AnnotationConfigApplicationContext()) {
      context.registerBean(DataSource.class, () -> broken);
      context.registerBean(
          PeopleKeys.class,
          () ->
              new PeopleKeys(
                  null, new SimpleMeterRegistry(), Ticker.systemTicker(), PeopleKeys.TO_OPEN));
      context.registerBean(
          AddressSettings.class, () -> new AddressSettings(Duration.ofMillis(100)));
      context.register(
          Transactions.class, ViewVersions.class, AddressIndex.class, AddressRounds.class);
      context.refresh();

      // Each round asks twice: what is behind, and what is to be swept.
      await()
          .untilAsserted(() -> {
            context.getBean(AddressRounds.class).applied(1);
            assertThat(broken.asked.get()).isGreaterThan(4);
          });
    }
  }
}
