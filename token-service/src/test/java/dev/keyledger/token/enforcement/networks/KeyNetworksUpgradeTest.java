package dev.keyledger.token.enforcement.networks;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.outbox.TestOutbox;
import dev.keyledger.token.enforcement.usage.ToldNetworks;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;

/** An upgrade doesn't tell all that keys were used from before as seen for the first time. */
class KeyNetworksUpgradeTest {
  private final Database database = Servers.forTests().freshDatabase();
  private final MovableClock clock = MovableClock.atPresent();
  private final OrganizationId organization = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private final UUID old = keyMade(Duration.ofDays(-100));
  private final UUID young = keyMade(Duration.ofMinutes(1));

  @Test
  void aKeyOfBeforeLearnsForADayAndAYoungOneIsToldAtOnce() throws SQLException {
    migrateTo("18");
    asIfInUse();
    TestDatabase upgraded = new TestDatabase(database);
    NetworkRounds rounds = rounds(upgraded);

    rounds.keep(List.of(used(old, "198.51.100.7"), used(young, "198.51.100.7")));
    assertThat(told(upgraded)).isEqualTo(1);
    clock.advance(Duration.ofHours(23));
    rounds.keep(List.of(used(old, "203.0.113.7")));
    assertThat(told(upgraded)).isEqualTo(1);

    clock.advance(Duration.ofHours(2));
    rounds.keep(List.of(used(old, "198.51.100.8"), used(old, "203.0.113.8")));
    assertThat(told(upgraded)).isEqualTo(1);
    rounds.keep(List.of(used(old, "192.0.2.1")));
    assertThat(told(upgraded)).isEqualTo(2);
  }

  @Test
  void whereNetworksWereKeptForAWhileNothingIsLearntAgain() throws SQLException {
    migrateTo("19");
    asIfInUse();
    superuser("insert into token.key_network values ('%s', '192.0.2.0/24', now())".formatted(old));
    TestDatabase upgraded = new TestDatabase(database);

    rounds(upgraded).keep(List.of(used(old, "192.0.2.9"), used(old, "198.51.100.7")));

    assertThat(told(upgraded)).isEqualTo(1);
  }

  private NetworkRounds rounds(TestDatabase upgraded) {
    return new NetworkRounds(
        new KeyNetworks(
            new JdbcTemplate(upgraded.dataSource()),
            upgraded.transactions(),
            TestOutbox.of(upgraded),
            new ToldNetworks(new AccessState(), people -> Map.of(), new SecureRandom())),
        clock,
        new SimpleMeterRegistry());
  }

  private UUID keyMade(Duration fromNow) {
    long at = clock.instant().plus(fromNow).toEpochMilli();
    return new UUID(at << 16 | 0x7abc, UuidCreator.getTimeOrderedEpoch().getLeastSignificantBits());
  }

  private Counted<Used> used(UUID key, String address) {
    return new Counted<>(new Used(key, "sk_x", address, organization), 1, clock.instant());
  }

  private static long told(TestDatabase upgraded) {
    return upgraded.jdbc().sql("select count(*) from outbox").query(Long.class).single();
  }

  private void asIfInUse() throws SQLException {
    superuser(
        """
        insert into token.person (person_id, email_index, email_index_key, email_sealed, data_key, data_key_id, created_at)
        values (gen_random_uuid(), 'i', 'k', 's', 'd', 'k', now())
        """);
  }

  private void superuser(String statement) throws SQLException {
    try (var connection = database.asSuperuser();
        var executed = connection.createStatement()) {
      executed.execute(statement);
    }
  }

  private void migrateTo(String version) {
    String owner = Logins.owner("token");
    Flyway.configure()
        .dataSource(database.jdbcUrl(), owner, database.logins().revealPassword(owner))
        .defaultSchema("token")
        .schemas("token")
        .createSchemas(false)
        .locations("classpath:db/token")
        .target(version)
        .load()
        .migrate();
  }
}
