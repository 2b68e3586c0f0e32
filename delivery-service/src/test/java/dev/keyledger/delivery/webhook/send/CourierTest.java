package dev.keyledger.delivery.webhook.send;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.delivery.webhook.Attempt;
import dev.keyledger.delivery.webhook.SubscriptionKey;
import dev.keyledger.delivery.webhook.SubscriptionState;
import dev.keyledger.delivery.webhook.WebhookSettings;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What is kept of sending, on a real database. */
@Timeout(60)
class CourierTest {
  private static final Duration LEASE = Duration.ofSeconds(30);

  private final MovableClock clock = new MovableClock();
  private final TestServerKeys keys = new TestServerKeys();
  private final SubscriptionKey key =
      new SubscriptionKey(
          OrganizationId.of(UuidCreator.getTimeOrderedEpoch()),
          SubscriptionId.of(UuidCreator.getTimeOrderedEpoch()));
  private final UUID holder = UUID.randomUUID();
  private final UUID another = UUID.randomUUID();
  private JdbcTemplate jdbc;
  private CourierTable table;

  @BeforeEach
  void begin() {
    Database database = Servers.forTests().freshDatabase().migrate("delivery");
    String role = Logins.runtime("delivery");
    var source =
        new DriverManagerDataSource(
            database.jdbcUrl(), role, database.logins().revealPassword(role));
    jdbc = new JdbcTemplate(source);
    table = new CourierTable(jdbc, new TransactionTemplate(new JdbcTransactionManager(source)));
    put("http://receiver.example/");
  }

  /** A subscription with one message that is due. */
  private void put(String url) {
    var now = clock.instant().atOffset(ZoneOffset.UTC);
    UUID organization = key.organization().uuid();
    UUID subscription = key.subscription().uuid();
    var state = new SubscriptionState("A receiver", url, List.of("*"), SignatureScheme.V1);
    jdbc.update(
        "insert into subscription (organization, subscription, state, standing, created_position,"
            + " secret_position, due_at) values (?, ?, ?, 'active', 1, 1, ?)",
        organization,
        subscription,
        EventCodec.mapper().writeValueAsString(state),
        now);
    String sealed =
        new SubscriptionSecrets(keys)
            .sealing()
            .seal(
                key.organization(),
                key.subscription(),
                1,
                new byte[32],
                new byte[SubscriptionSecrets.NONCE]);
    var record =
        new SubscriptionRecord(
            key.organization(),
            1,
            key.subscription(),
            1,
            SubscriptionKind.WEBHOOK,
            "A receiver",
            url,
            List.of("*"),
            SignatureScheme.V1,
            SubscriptionRecord.State.ACTIVE,
            List.of(new SubscriptionRecord.Secret(1, sealed, null, clock.instant(), null)));
    jdbc.update(
        "insert into secrets (organization, subscription, position, usable, record) values (?, ?,"
            + " 1, true, ?)",
        organization,
        subscription,
        EventCodec.encode(record));
    jdbc.update(
        "insert into message (organization, subscription, position, type, body, status, queued_at,"
            + " next_attempt_at) values (?, ?, 2, 'key.created', '{}'::bytea, 'pending', ?, ?)",
        organization,
        subscription,
        now,
        now);
  }

  private boolean isClaimedBy(UUID one) {
    return table.claim(one, LEASE, clock.instant(), 10).contains(key);
  }

  private DueMessage due() {
    return table.due(key, clock.instant(), List.of(), 10).getFirst();
  }

  private Attempt attempt(int status) {
    return new Attempt(clock.instant(), status, null, 5);
  }

  private String row(String columns, String table) {
    return jdbc.queryForObject(
        "select concat_ws(' ', " + columns + ") from " + table, String.class);
  }

  /** Of {@code holder}, who was silent for too long. */
  private void takeOver() {
    assertThat(isClaimedBy(holder)).isTrue();
    assertThat(isClaimedBy(another)).isFalse();
    jdbc.update("update subscription set held_until = clock_timestamp() - interval '1 second'");
    assertThat(isClaimedBy(another)).isTrue();
  }

  @Test
  void whatAFormerHolderSaysOfAReceiverCountsNoMore() {
    takeOver();
    DueMessage message = due();

    table.failed(key, holder, message, attempt(500), 9, null, clock.instant().plusSeconds(600));
    table.gone(key, holder, message, attempt(410));
    table.release(key, holder, clock.instant().plusSeconds(600));

    assertThat(row("gone, failures, rests_until, holder", "subscription"))
        .isEqualTo("f 0 " + another);
    assertThat(row("status, tries", "message")).isEqualTo("pending 0");
  }

  @Test
  void thatAReceiverTookAMessageCountsWhoeverSaysIt() {
    takeOver();

    table.delivered(key, holder, due(), attempt(200), true);

    assertThat(row("status, tries", "message")).isEqualTo("delivered 1");
  }

  @Test
  void whatThereWasNoRoomForIsAsIfNothingHadBeen() throws Exception {
    var over = new CountDownLatch(1);
    var hanging = new AtomicInteger();
    CheckedAddresses.Names names =
        host -> {
          hanging.incrementAndGet();
          waitFor(over);
          throw new UnknownHostException(host);
        };
    try (var client =
        new ReceiverClient(
            names,
            address -> true,
            address -> true,
            SSLContext.getDefault(),
            Duration.ofSeconds(10),
            clock)) {
      for (int i = 0; i < 256; i++) {
        String url = "http://silent-" + i + ".example/";
        Thread.ofVirtual().start(() -> client.post(url, Map.of(), new byte[0], "application/json"));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> hanging.get() == 256);
      assertThat(isClaimedBy(holder)).isTrue();

      courier(client).run();

      assertThat(row("status, tries, attempts", "message")).isEqualTo("pending 0 []");
      assertThat(row("failures, rests_until, holder", "subscription")).isEqualTo("0");
      assertThat(isClaimedBy(another)).isFalse();
      clock.advance(Duration.ofSeconds(1));
      assertThat(isClaimedBy(another)).isTrue();
    } finally {
      over.countDown();
    }
  }

  private Courier courier(ReceiverClient client) {
    var means =
        new Courier.Means(
            table,
            new SignedPost(client, new SubscriptionSecrets(keys)),
            new Backoff(new Random(1)),
            new Attempts(new SimpleMeterRegistry()),
            new WebhookSettings(
                4,
                10,
                LEASE,
                Duration.ofSeconds(1),
                Duration.ofDays(3),
                Duration.ofDays(30),
                Duration.ofDays(7)),
            clock,
            System::nanoTime);
    return new Courier(key, holder, means, System.nanoTime(), () -> false, () -> false);
  }

  private static void waitFor(CountDownLatch over) {
    try {
      var unused = over.await(30, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
