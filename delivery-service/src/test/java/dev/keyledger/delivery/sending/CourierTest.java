package dev.keyledger.delivery.sending;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.delivery.set.SetSigner;
import dev.keyledger.delivery.subscription.Attempt;
import dev.keyledger.delivery.subscription.SubscriptionKey;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.delivery.subscription.WebhookSettings;
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
import dev.keyledger.testkit.StubServer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.LongToIntFunction;
import java.util.stream.LongStream;
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
  private final SimpleMeterRegistry meters = new SimpleMeterRegistry();
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
    jdbc.update(
        "insert into secrets (organization, subscription, position, usable, record) values (?, ?,"
            + " 1, true, ?)",
        organization,
        subscription,
        record(keys));
    putMessage(2);
  }

  /** Its secret, sealed. */
  private byte[] record(TestServerKeys by) {
    String sealed =
        new SubscriptionSecrets(by)
            .sealing()
            .seal(
                key.organization(),
                key.subscription(),
                1,
                new byte[32],
                new byte[SubscriptionSecrets.NONCE]);
    return EventCodec.encode(
        new SubscriptionRecord(
            key.organization(),
            1,
            key.subscription(),
            1,
            SubscriptionKind.WEBHOOK,
            "A receiver",
            "http://receiver.example/",
            List.of("*"),
            SignatureScheme.V1,
            SubscriptionRecord.State.ACTIVE,
            List.of(new SubscriptionRecord.Secret(1, sealed, null, clock.instant(), null))));
  }

  /** One that is due. */
  private void putMessage(long position) {
    var now = clock.instant().atOffset(ZoneOffset.UTC);
    jdbc.update(
        "insert into message (organization, subscription, position, type, body, status, queued_at,"
            + " next_attempt_at) values (?, ?, ?, 'key.created', '{}'::bytea, 'pending', ?, ?)",
        key.organization().uuid(),
        key.subscription().uuid(),
        position,
        now,
        now);
  }

  private void moveTo(String url) {
    var state = new SubscriptionState("A receiver", url, List.of("*"), SignatureScheme.V1);
    jdbc.update("update subscription set state = ?", EventCodec.mapper().writeValueAsString(state));
  }

  private boolean isClaimedBy(UUID one) {
    return table.claim(one, LEASE, clock.instant(), 10).contains(key);
  }

  private DueMessage due() {
    return table.due(key, true, clock.instant(), List.of(), 10).getFirst();
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

    table.failed(
        key,
        holder,
        message,
        attempt(500),
        new CourierTable.InARow(8, 9, clock.instant().plusSeconds(600)),
        null);
    table.gone(key, holder, "http://receiver.example/", message, attempt(410));
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
    whileNamesHang(client -> {
      assertThat(isClaimedBy(holder)).isTrue();

      courier(client).run();

      assertThat(row("status, tries, attempts", "message")).isEqualTo("pending 0 []");
      assertThat(row("failures, rests_until, holder", "subscription")).isEqualTo("0");
      assertThat(isClaimedBy(another)).isFalse();
      clock.advance(Duration.ofSeconds(1));
      assertThat(isClaimedBy(another)).isTrue();
    });
  }

  @Test
  void whereThereIsNoRoomForOneMessageTheOthersAreNotEvenTried() throws Exception {
    LongStream.range(3, 103).forEach(this::putMessage);
    whileNamesHang(client -> {
      assertThat(isClaimedBy(holder)).isTrue();

      courier(client).run();

      assertThat(meters.get("keyledger.webhooks.attempts").counter().count()).isBetween(1.0, 4.0);
      assertThat(isClaimedBy(another)).isFalse();
      clock.advance(Duration.ofSeconds(1));
      assertThat(isClaimedBy(another)).isTrue();
    });
  }

  /** All threads that could ask for a name are waiting for a silent server. */
  private void whileNamesHang(Consumer<ReceiverClient> then) throws Exception {
    var over = new CountDownLatch(1);
    var hanging = new AtomicInteger();
    CheckedAddresses.Names names =
        host -> {
          hanging.incrementAndGet();
          waitFor(over);
          throw new UnknownHostException(host);
        };
    try (var client = client(names)) {
      for (int i = 0; i < 256; i++) {
        String url = "http://silent-" + i + ".example/";
        Thread.ofVirtual().start(() -> client.post(url, Map.of(), new byte[0], "application/json"));
      }
      await().atMost(Duration.ofSeconds(30)).until(() -> hanging.get() == 256);
      then.accept(client);
    } finally {
      over.countDown();
    }
  }

  /** Answers each message with what is said of its position, and says which came. */
  private List<Long> sentWhile(LongToIntFunction status) throws Exception {
    var came = new CopyOnWriteArrayList<Long>();
    try (var receiver = new StubServer();
        var client = client(InetAddress::getAllByName)) {
      receiver.answerByBody((asked, exchange) -> {
        String id = asked.headers().getFirst("webhook-id");
        long position = Long.parseLong(id.substring(id.lastIndexOf('_') + 1));
        came.add(position);
        StubServer.answer(exchange, status.applyAsInt(position), "");
      });
      moveTo(receiver.url() + "/");
      if (isClaimedBy(holder)) {
        courier(client).run();
      }
    }
    return came;
  }

  @Test
  void whatAReceiverRefusesAgainAndAgainKeepsItFromNothingElse() throws Exception {
    LongStream.range(3, 13).forEach(this::putMessage);
    var came = new ArrayList<Long>();

    // More of them than come at once before the receiver is left alone.
    for (int hours = 0; hours < 8; hours++) {
      came.addAll(sentWhile(position -> position < 12 ? 422 : 200));
      clock.advance(Duration.ofHours(1));
    }

    assertThat(came).containsOnlyOnce(12L);
    assertThat(row("status", "message where position = 12")).isEqualTo("delivered");
  }

  @Test
  void whatFailedKeepsItsOwnTimeWhenAReceiverIsBack() throws Exception {
    putMessage(3);
    var later = clock.instant().plus(Duration.ofHours(4)).atOffset(ZoneOffset.UTC);
    jdbc.update("update message set tries = 9, next_attempt_at = ? where position = 3", later);
    jdbc.update("update subscription set failures = 9");

    assertThat(sentWhile(position -> 200)).containsExactly(2L);

    assertThat(row("failures", "subscription")).isEqualTo("0");
    clock.advance(Duration.ofHours(4));
    assertThat(sentWhile(position -> 200)).containsExactly(3L);
  }

  @Test
  void whatCantBeSignedHereIsNoFailureOfItsReceiver() throws Exception {
    putMessage(3);
    jdbc.update("update secrets set record = ?", (Object) record(new TestServerKeys()));

    assertThat(sentWhile(position -> 200)).isEmpty();

    assertThat(row("status, tries, attempts", "message where position = 2"))
        .isEqualTo("pending 0 []");
    assertThat(row("failures, rests_until, unsigned_at is null", "subscription")).isEqualTo("0 f");
    assertThat(isClaimedBy(another)).isFalse();
    clock.advance(Duration.ofMinutes(1));
    jdbc.update("update secrets set record = ?", (Object) record(keys));
    assertThat(sentWhile(position -> 200)).containsExactlyInAnyOrder(2L, 3L);
    assertThat(row("unsigned_at is null", "subscription")).isEqualTo("t");
  }

  @Test
  void whatIsSentAgainWhileItIsUnderWayWaitsEvenIfThatWasItsLastAttempt() throws Exception {
    clock.advance(Duration.ofDays(3));
    var now = clock.instant().atOffset(ZoneOffset.UTC);

    sentWhile(position -> {
      jdbc.update(
          "update message set queued_at = ?, tries_before = tries, next_attempt_at = ?", now, now);
      clock.advance(Duration.ofSeconds(1));
      return 500;
    });

    assertThat(row("status, tries, next_attempt_at is null", "message")).startsWith("pending");
    assertThat(row("tries > 0", "message")).isEqualTo("t");
  }

  @Test
  void whatFailsWhileItsReceiverIsToBeginAnewIsNoReasonToLeaveItAlone() throws Exception {
    jdbc.update("update subscription set failures = 9");

    sentWhile(position -> {
      jdbc.update("update subscription set failures = 0, rests_until = null");
      return 500;
    });

    assertThat(row("failures, rests_until", "subscription")).isEqualTo("1");
  }

  @Test
  void aReceiverThatIsGoneSaysNothingOfTheOneThatCameInItsPlace() throws Exception {
    sentWhile(position -> {
      moveTo("http://127.0.0.1:1/");
      return 410;
    });

    assertThat(row("gone", "subscription")).isEqualTo("f");
    assertThat(row("status", "message")).isEqualTo("pending");
    assertThat(sentWhile(position -> 410)).isEmpty();
    clock.advance(Duration.ofMinutes(1));
    assertThat(sentWhile(position -> 410)).containsExactly(2L);
    assertThat(row("gone", "subscription")).isEqualTo("t");
    assertThat(table.gone(null, 10)).containsExactly(key);
  }

  private ReceiverClient client(CheckedAddresses.Names names) throws Exception {
    return new ReceiverClient(
        names,
        address -> true,
        address -> true,
        SSLContext.getDefault(),
        Duration.ofSeconds(10),
        clock);
  }

  private Courier courier(ReceiverClient client) {
    var means =
        new Courier.Means(
            table,
            new SignedPost(client, new SubscriptionSecrets(keys), new SetSigner(keys)),
            new Backoff(new Random(1)),
            new Attempts(meters),
            new WebhookSettings(
                4,
                10,
                LEASE,
                Duration.ofSeconds(1),
                Duration.ofDays(3),
                Duration.ofDays(30),
                Duration.ofDays(7)),
            clock,
            System::nanoTime,
            () -> {});
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
