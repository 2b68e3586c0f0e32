package dev.keyledger.token.enforcement.networks;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Role;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.testing.CuttableLine;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.token.TestDatabase;
import dev.keyledger.token.TestTenant;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.outbox.TestOutbox;
import dev.keyledger.token.enforcement.usage.ToldNetworks;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.JdbcTemplate;

/** The first use of a key from each network is told once, whichever replica it came to. */
class KeyNetworksTest {
  private static final TestDatabase DATABASE = TestDatabase.fresh();

  private final MovableClock clock = MovableClock.atPresent();
  private final OrganizationId organization = OrganizationId.of(UuidCreator.getTimeOrderedEpoch());
  private final UUID key = UuidCreator.getTimeOrderedEpoch();
  private final TestTenant tenant = new TestTenant(new TestServerKeys());
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final AccessState state = new AccessState();
  private final PersonKey owners = new PersonKey(tenant.ownerPerson, new byte[32]);
  private final ToldNetworks told =
      new ToldNetworks(state, people -> Map.of(tenant.ownerPerson, owners), new SecureRandom());
  private final NetworkRounds one = replica();
  private final NetworkRounds two = replica();

  private NetworkRounds replica() {
    return replica(DATABASE);
  }

  private NetworkRounds replica(TestDatabase database) {
    return new NetworkRounds(
        new KeyNetworks(
            new JdbcTemplate(database.dataSource()),
            database.transactions(),
            TestOutbox.of(database),
            told),
        clock,
        registry);
  }

  @Test
  void theFirstUseFromANetworkIsToldOnceAndWithoutTheAddress() {
    one.keep(List.of(used("198.51.100.7", 3), used("198.51.100.8", 1), used("2001:db8:7:1::1", 1)));
    two.keep(List.of(used("198.51.100.200", 5), used("2001:db8:7:2::2", 1)));
    replica().keep(List.of(used("198.51.100.7", 1)));

    assertThat(told())
        .extracting(Activity::code)
        .containsExactlyInAnyOrder("ipv4_network", "ipv6_network");
    assertThat(told()).allSatisfy(one -> assertThat(one.key()).isEqualTo(KeyId.of(key)));
    assertThat(told().toString()).doesNotContain("198.51.100", "2001:db8");
    assertThat(DATABASE.everything())
        .noneMatch(row -> row.contains("198.51.100.7") || row.contains("2001:db8:7:1"));

    one.keep(List.of(used("203.0.113.7", 1)));
    assertThat(told()).hasSize(3);
    assertThat(uses()).isEqualTo(13);
  }

  @Test
  void theNetworkIsToldUnderTheDataKeyOfWhoTheKeyActsFor() {
    TestTenant.Key theirs = tenant.key("live");
    state.apply(tenant.registered());
    state.apply(tenant.ownerAs(Role.OWNER));
    state.apply(theirs.record());

    one.keep(
        List.of(
            new Counted<>(
                new Used(theirs.id.uuid(), "sk_x", "198.51.100.7", organization),
                1,
                clock.instant())));

    assertThat(told())
        .singleElement()
        .satisfies(first -> {
          assertThat(first.network().name()).isNull();
          assertThat(owners.unseal(first.network().sealed())).contains("198.51.100.0/24");
        });
  }

  @Test
  void whatIsNoAddressIsNoNetwork() {
    one.keep(List.of(used("", 3), used("not an address", 1)));

    assertThat(told()).isEmpty();
    assertThat(uses()).isEqualTo(4);
  }

  @Test
  void usesOfTheLastThirtyDaysAreInOrOutOfRangesOrNotKnownToBe() {
    one.keep(List.of(used("198.51.100.7", 3), used("203.0.113.9", 5), used("", 7)));
    two.keep(List.of(used("198.51.100.200", 2), used("2001:db8:7:1::1", 11)));
    var asked = keyUses();
    KeyId id = KeyId.of(key);

    assertThat(asked.of(List.of(id), List.of())).containsExactly(new KeyUses.Of(id, 28, 28, 0));
    assertThat(asked.of(List.of(id), List.of("198.51.100.0/24", "2001:db8::/32")))
        .containsExactly(new KeyUses.Of(id, 28, 12, 0));
    assertThat(asked.of(List.of(id), List.of("198.51.100.7", "203.0.0.0/16")))
        .containsExactly(new KeyUses.Of(id, 28, 18, 5));
    assertThat(asked.of(List.of(KeyId.of(UuidCreator.getTimeOrderedEpoch())), List.of())).isEmpty();

    clock.advance(Duration.ofDays(29));
    assertThat(asked.of(List.of(id), List.of())).hasSize(1);
    clock.advance(Duration.ofDays(1));
    assertThat(asked.of(List.of(id), List.of())).isEmpty();
  }

  @Test
  void beyondAThousandNetworksOfAKeyAllOthersAreOne() {
    var uses = new ArrayList<Counted<Used>>();
    for (int i = 0; i < 1_000; i++) {
      uses.add(used("10." + i / 256 + "." + i % 256 + ".1", 1));
    }
    one.keep(uses);
    assertThat(told()).hasSize(1_000);

    one.keep(List.of(used("192.0.2.1", 1), used("198.51.100.1", 1), used("10.0.0.2", 1)));
    two.keep(List.of(used("203.0.113.1", 1)));

    assertThat(told()).filteredOn(one -> "many_networks".equals(one.code())).hasSize(1);
    assertThat(told()).hasSize(1_001);
    assertThat(uses()).isEqualTo(1_004);
  }

  @Test
  void replicasThatHearOfTheSameAtOnceTellItOnce() throws Exception {
    var uses = new ArrayList<Counted<Used>>();
    for (int i = 0; i < 100; i++) {
      uses.add(used("10.9." + i + ".1", 1));
    }
    try (var pool = Executors.newFixedThreadPool(4)) {
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < 4; i++) {
        running.add(pool.submit(() -> replica().keep(uses)));
      }
      for (var each : running) {
        each.get();
      }
    }

    assertThat(told()).hasSize(100);
    assertThat(uses()).isEqualTo(400);
  }

  @Test
  void aNetworkThatWasNotUsedForLongIsNewAgainAndUsesAreForgottenAfterAMonth() {
    one.keep(List.of(used("198.51.100.7", 1)));
    clock.advance(Duration.ofDays(32));
    one.keep(List.of());
    assertThat(uses()).isZero();
    one.keep(List.of(used("198.51.100.7", 1)));
    assertThat(told()).hasSize(1);

    clock.advance(Duration.ofDays(401));
    one.keep(List.of());
    one.keep(List.of(used("198.51.100.7", 1)));
    assertThat(told()).hasSize(2);
  }

  @Test
  void usesThatWereCountedByNetworkAreJudgedAsThoseThatWereByAddress() {
    one.keep(
        List.of(used("198.51.100.7", 3), used("198.51.100.0/24", 5), used("2001:db8:7::/48", 7)));

    assertThat(told())
        .extracting(Activity::code)
        .containsExactlyInAnyOrder("ipv4_network", "ipv6_network");
    assertThat(keyUses().of(List.of(KeyId.of(key)), List.of("198.51.100.0/24")))
        .containsExactly(new KeyUses.Of(KeyId.of(key), 15, 7, 0));
    assertThat(keyUses().of(List.of(KeyId.of(key)), List.of("198.51.100.0/25")))
        .containsExactly(new KeyUses.Of(KeyId.of(key), 15, 7, 8));
  }

  @Test
  void usesFromAddressesThatHadNoRoomAreOfNoKnownNetworkAndTellNothing() {
    one.keep(List.of(used(UsageCounter.SOMEWHERE, 7), used("198.51.100.7", 3)));

    assertThat(told()).extracting(Activity::code).containsExactly("ipv4_network");
    assertThat(keyUses().of(List.of(KeyId.of(key)), List.of("198.51.100.0/24")))
        .containsExactly(new KeyUses.Of(KeyId.of(key), 10, 0, 7));
  }

  @Test
  @Timeout(30)
  void whatTakesPostgresTooLongToCountIsGivenUpAndFewAreCountedAtOnce() throws Exception {
    KeyUses asked = keyUses();
    var failures = new ArrayList<Throwable>();
    // The lock is let go before the pool waits for its threads.
    try (var pool = Executors.newFixedThreadPool(12);
        var connection = DATABASE.database().asSuperuser();
        var statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("lock table token.key_use in access exclusive mode");
      var running = new ArrayList<Future<?>>();
      for (int i = 0; i < 12; i++) {
        running.add(pool.submit(() -> asked.of(List.of(KeyId.of(key)), List.of())));
      }
      for (var each : running) {
        assertThatThrownBy(each::get).satisfies(failure -> failures.add(failure.getCause()));
      }
      connection.rollback();
    }

    assertThat(failures).hasSize(12).allMatch(DataAccessException.class::isInstance);
    assertThat(failures).anyMatch(TransientDataAccessResourceException.class::isInstance);
    assertThat(failures).anyMatch(one -> !(one instanceof TransientDataAccessResourceException));
    assertThat(asked.of(List.of(KeyId.of(key)), List.of())).isEmpty();
  }

  @Test
  @Timeout(30)
  void whatPostgresDoesntTakeInTimeIsLostWithAllBehindItOfTheRoundAndCounted() throws Exception {
    try (var connection = DATABASE.database().asSuperuser()) {
      lock(connection);
      one.keep(inNetworks(1_500));
      connection.rollback();
    }
    assertThat(lost()).isEqualTo(1_500);
    assertThat(uses()).isZero();

    one.keep(inNetworks(3));
    assertThat(uses()).isEqualTo(3);
    assertThat(lost()).isEqualTo(1_500);
  }

  @Test
  @Timeout(40)
  void aConnectionThatHangsIsGivenUp() throws Exception {
    Database database = DATABASE.database();
    try (var line = CuttableLine.between(0, database.port())) {
      String through =
          database.jdbcUrl().replace(":" + database.port() + "/", ":" + line.port() + "/");
      var cuttable = new TestDatabase(database, through);
      NetworkRounds hanging = replica(cuttable);
      hanging.keep(inNetworks(1));
      line.cut();

      hanging.keep(inNetworks(2));

      assertThat(lost()).isEqualTo(2);
      line.mend();
      cuttable.dataSource().close();
    }
  }

  @Test
  @Timeout(30)
  void whoeverPublishesWaitsForNoneOfItAndWhatHasNoRoomIsLost() throws Exception {
    try (var connection = DATABASE.database().asSuperuser()) {
      lock(connection);
      for (int round = 0; round < 4; round++) {
        one.accept(inNetworks(7));
      }
      assertThat(lost()).isEqualTo(7);
      connection.rollback();
    }

    one.close();
    assertThat(uses()).isEqualTo(21);
  }

  @Test
  void whatCouldntBeForgottenIsForgottenInTheNextRound() throws Exception {
    one.keep(inNetworks(3));
    clock.advance(Duration.ofDays(32));
    try (var connection = DATABASE.database().asSuperuser();
        var statement = connection.createStatement()) {
      statement.execute("revoke delete on token.key_use from keyledger_token");
      one.keep(List.of());
      assertThat(uses()).isEqualTo(3);
      statement.execute("grant delete on token.key_use to keyledger_token");
    }

    one.keep(List.of());
    assertThat(uses()).isZero();
  }

  @Test
  void onAFreshDatabaseAKeyIsToldAtOnceHoweverOldItIs() {
    var old =
        new UUID((clock.millis() - 1_000_000_000L) << 16 | 0x7abc, key.getLeastSignificantBits());
    one.keep(
        List.of(
            new Counted<>(
                new Used(old, "sk_x", "198.51.100.7", organization), 1, clock.instant())));

    assertThat(told()).hasSize(1);
  }

  private static void lock(Connection connection) throws SQLException {
    connection.setAutoCommit(false);
    try (var statement = connection.createStatement()) {
      statement.execute("lock table token.key_network in access exclusive mode");
    }
  }

  private List<Counted<Used>> inNetworks(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> used("10.%d.%d.1".formatted(i / 256, i % 256), 1))
        .toList();
  }

  private double lost() {
    return registry.counter("keyledger.counts.lost", "counts", "networks").count();
  }

  private KeyUses keyUses() {
    return new KeyUses(DATABASE.jdbc(), DATABASE.transactions(), clock);
  }

  private Counted<Used> used(String address, long count) {
    return new Counted<>(new Used(key, "sk_x", address, organization), count, clock.instant());
  }

  private long uses() {
    return DATABASE
        .jdbc()
        .sql("select coalesce(sum(uses), 0) from key_use where key = :key")
        .param("key", key)
        .query(Long.class)
        .single();
  }

  private List<Activity> told() {
    return DATABASE
        .jdbc()
        .sql("select body from outbox where organization = :organization")
        .param("organization", organization.value())
        .query(byte[].class)
        .list()
        .stream()
        .map(body -> EventCodec.decode(body, Activity.class))
        .toList();
  }
}
