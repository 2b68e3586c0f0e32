package dev.keyledger.delivery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import com.zaxxer.hikari.HikariDataSource;
import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.SubscriptionEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.events.SubscriptionSecret;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.CollectorSettings;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.events.subscription.SubscriptionKind;
import dev.keyledger.events.subscription.SubscriptionRecord;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.kafka.KafkaSettings;
import dev.keyledger.kit.kafka.TopicGuard;
import dev.keyledger.kit.keys.SubscriptionSecrets;
import dev.keyledger.testing.TestLedger;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.StubServer;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** A broker, a database and a relay of a test's own, and as many replicas as it starts. */
final class WebhookScene implements AutoCloseable {
  final MovableClock clock = MovableClock.atPresent();
  final TestServerKeys keys = new TestServerKeys();
  final Servers.Broker broker = Servers.forTests().freshBroker();
  final Database database = Servers.forTests().freshDatabase();
  final TestLedger ledger = new TestLedger(broker.bootstrapServers());
  final StubServer commandService = new StubServer();
  private final List<DeliveryServiceUnderTest> replicas = new ArrayList<>();
  private final List<LedgerEvent> published = new ArrayList<>();
  private final Map<SubscriptionId, TestLedger.Stream> standing = new LinkedHashMap<>();
  private final Set<SubscriptionId> made = new HashSet<>();
  private final SecureRandom random = new SecureRandom();

  DeliveryServiceUnderTest replica() {
    return replica(Map.of());
  }

  DeliveryServiceUnderTest replica(Map<String, Object> settings) {
    Map<String, Object> all = new HashMap<>(settings);
    all.put("keyledger.subscriptions.allow-private-addresses", "127.0.0.0/8,::1");
    all.put("keyledger.command-service.url", commandService.url());
    all.put("keyledger.webhooks.interval", "PT0.05S");
    all.put("keyledger.collectors.interval", "PT0.05S");
    var replica = new DeliveryServiceUnderTest(broker, database, keys, clock, all);
    commandService.answerJson(200, "{\"position\":1}");
    replicas.add(replica);
    return replica;
  }

  /** What a receiver was given, and what came of it in the ledger. */
  record Subscribed(SubscriptionId id, byte[] secret, SubscriptionRecord record) {
    /** The id of the message about the event at that position. */
    String message(long position) {
      return "msg_" + id.value().substring(4) + "_" + position;
    }
  }

  Subscribed subscribe(TestLedger.Stream stream, String url, String... patterns) {
    var id = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
    var secret = new byte[32];
    random.nextBytes(secret);
    String sealed = seal(stream, id, 1, secret);
    LedgerEvent event =
        stream.next(
            new SubscriptionCreated(
                id,
                SubscriptionKind.WEBHOOK,
                "A receiver",
                url,
                List.of(patterns),
                SignatureScheme.V1,
                SubscriptionSecret.committed(1, sealed, null, clock.instant()),
                clock.instant()));
    var record =
        new SubscriptionRecord(
            stream.id,
            event.position(),
            id,
            event.position(),
            SubscriptionKind.WEBHOOK,
            "A receiver",
            url,
            List.of(patterns),
            SignatureScheme.V1,
            SubscriptionRecord.State.ACTIVE,
            List.of(new SubscriptionRecord.Secret(1, sealed, null, clock.instant(), null)));
    standing.put(id, stream);
    made.add(id);
    publish(event);
    ledger.publish(record);
    return new Subscribed(id, secret, record);
  }

  /**
   * A stream of security events, as a receiver's wish becomes one.
   *
   * @param url {@code null} for who polls
   * @param shown to the receiver with each token; empty for nothing
   */
  SubscriptionId stream(
      TestLedger.Stream stream,
      @Nullable KeyId receiver,
      @Nullable String url,
      String shown,
      String... types) {
    var id = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
    String to = url == null ? "/v1/ssf/streams/" + id + "/poll" : url;
    String sealed = seal(stream, id, 1, shown.getBytes(StandardCharsets.UTF_8));
    LedgerEvent event =
        stream.next(
            new SubscriptionCreated(
                id,
                SubscriptionKind.SSF,
                "A receiver",
                to,
                List.of(types),
                SignatureScheme.RS256,
                SubscriptionSecret.committed(1, sealed, null, clock.instant()),
                receiver,
                clock.instant()));
    standing.put(id, stream);
    publish(event);
    ledger.publish(
        new SubscriptionRecord(
            stream.id,
            event.position(),
            id,
            event.position(),
            SubscriptionKind.SSF,
            "A receiver",
            to,
            List.of(types),
            SignatureScheme.RS256,
            SubscriptionRecord.State.ACTIVE,
            List.of(new SubscriptionRecord.Secret(1, sealed, null, clock.instant(), null))));
    return id;
  }

  /**
   * A collector, as a member's wish becomes one.
   *
   * @param settings of syslog, or of Splunk where the URL is one
   */
  SubscriptionId collector(
      TestLedger.Stream stream,
      String url,
      String token,
      CollectorSettings settings,
      String... patterns) {
    var id = SubscriptionId.of(UuidCreator.getTimeOrderedEpoch());
    SubscriptionKind kind =
        url.startsWith(CollectorSettings.SYSLOG)
            ? SubscriptionKind.SYSLOG
            : SubscriptionKind.SPLUNK_HEC;
    String sealed = seal(stream, id, 1, token.getBytes(StandardCharsets.UTF_8));
    LedgerEvent event =
        stream.next(
            new SubscriptionCreated(
                id,
                kind,
                "A collector",
                url,
                List.of(patterns),
                SignatureScheme.NONE,
                SubscriptionSecret.committed(1, sealed, null, clock.instant()),
                null,
                settings,
                clock.instant()));
    standing.put(id, stream);
    publish(event);
    ledger.publish(
        collectorRecord(stream, event.position(), event.position(), id, kind, url, 1, sealed));
    return id;
  }

  /** Another token, at another URL or not, as the relay tells of the two events. */
  void move(TestLedger.Stream stream, SubscriptionId id, String url, String token) {
    String sealed = seal(stream, id, 2, token.getBytes(StandardCharsets.UTF_8));
    LedgerEvent changed =
        stream.next(
            new SubscriptionChanged(
                id,
                new SubscriptionChanged.Settings(null, "https://before.example/", null),
                new SubscriptionChanged.Settings(null, url, null),
                clock.instant()));
    LedgerEvent rotated =
        stream.next(
            new SubscriptionSecretRotated(
                id,
                SubscriptionSecret.committed(2, sealed, null, clock.instant()),
                clock.instant(),
                clock.instant()));
    publish(changed, rotated);
    ledger.publish(
        collectorRecord(
            stream, rotated.position(), 0, id, SubscriptionKind.SPLUNK_HEC, url, 2, sealed));
  }

  private SubscriptionRecord collectorRecord(
      TestLedger.Stream stream,
      long position,
      long created,
      SubscriptionId id,
      SubscriptionKind kind,
      String url,
      int number,
      String sealed) {
    return new SubscriptionRecord(
        stream.id,
        position,
        id,
        created,
        kind,
        "A collector",
        url,
        List.of("*"),
        SignatureScheme.NONE,
        SubscriptionRecord.State.ACTIVE,
        List.of(new SubscriptionRecord.Secret(number, sealed, null, clock.instant(), null)));
  }

  /** From now on no batch can be noted, and {@code refused} counts how often. */
  void refuseToNoteBatches() {
    run(
        Logins.owner("delivery"),
        """
        create sequence delivery.refused_batches;
        grant select on delivery.refused_batches to keyledger_delivery;
        create function delivery.refuse_batch() returns trigger language plpgsql security definer
          set search_path = delivery
          as 'begin perform nextval(''refused_batches''); raise exception ''no''; end';
        create trigger refuse_batch before update on delivery.collector for each row
          when (new.sent > old.sent) execute function delivery.refuse_batch();
        """);
  }

  long refusedBatches() {
    return number("select case when is_called then last_value else 0 end from refused_batches");
  }

  void noteBatches() {
    run(Logins.owner("delivery"), "drop trigger refuse_batch on delivery.collector");
  }

  /** What the relay says of a stream that has come to be told elsewhere, and shows another. */
  void showAnother(TestLedger.Stream stream, SubscriptionId id, long at, String url, String shown) {
    String sealed = seal(stream, id, 2, shown.getBytes(StandardCharsets.UTF_8));
    ledger.publish(
        new SubscriptionRecord(
            stream.id,
            at,
            id,
            0,
            SubscriptionKind.SSF,
            "A receiver",
            url,
            List.of("https://example.com/type"),
            SignatureScheme.RS256,
            SubscriptionRecord.State.ACTIVE,
            List.of(new SubscriptionRecord.Secret(2, sealed, null, clock.instant(), null))));
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() ->
            number(
                    "select count(*) from secrets where position = "
                        + at
                        + " and subscription = '"
                        + id.uuid()
                        + "'")
                == 1);
  }

  /** What came for subscriptions that were made since all were removed, in its order. */
  List<String> ids(StubServer receiver) {
    return receiver.asked().stream()
        .map(one -> one.headers().getFirst("webhook-id"))
        .filter(this::isExpected)
        .toList();
  }

  void awaitIds(StubServer receiver, String... expected) {
    await()
        .atMost(Duration.ofSeconds(30))
        .untilAsserted(() -> assertThat(ids(receiver)).containsExactly(expected));
  }

  private boolean isExpected(String message) {
    return made.stream().anyMatch(id -> message.startsWith("msg_" + id.value().substring(4)));
  }

  /** Whatever is sent from now on is of subscriptions that are made from now on. */
  void removeAll() {
    List.copyOf(standing.entrySet())
        .forEach(one ->
            publish(one.getValue(), new SubscriptionRemoved(one.getKey(), null, clock.instant())));
    made.clear();
  }

  /** Another secret succeeds; what the relay says of it is the test's to publish. */
  Subscribed rotate(TestLedger.Stream stream, Subscribed before, Duration overlap) {
    var secret = new byte[32];
    random.nextBytes(secret);
    String sealed = seal(stream, before.id(), 2, secret);
    Instant end = clock.instant().plus(overlap);
    LedgerEvent event =
        stream.next(
            new SubscriptionSecretRotated(
                before.id(),
                SubscriptionSecret.committed(2, sealed, null, clock.instant()),
                end,
                clock.instant()));
    publish(event);
    SubscriptionRecord record = before.record();
    SubscriptionRecord.Secret older = record.secrets().getFirst();
    var secrets =
        List.of(
            new SubscriptionRecord.Secret(1, older.sealed(), null, older.createdAt(), end),
            new SubscriptionRecord.Secret(2, sealed, null, clock.instant(), null));
    return new Subscribed(
        before.id(), secret, record(record, event.position(), record.state(), secrets));
  }

  /** What the relay says beside the event, at that position, that it was removed. */
  static SubscriptionRecord removed(Subscribed before, long position) {
    return record(before.record(), position, SubscriptionRecord.State.REMOVED, List.of());
  }

  private static SubscriptionRecord record(
      SubscriptionRecord before,
      long position,
      SubscriptionRecord.State state,
      List<SubscriptionRecord.Secret> secrets) {
    return new SubscriptionRecord(
        before.organization(),
        position,
        before.subscription(),
        before.createdPosition(),
        before.kind(),
        before.name(),
        before.url(),
        before.events(),
        before.signature(),
        state,
        secrets);
  }

  private String seal(TestLedger.Stream stream, SubscriptionId id, int number, byte[] secret) {
    var nonce = new byte[SubscriptionSecrets.NONCE];
    random.nextBytes(nonce);
    return new SubscriptionSecrets(keys).sealing().seal(stream.id, id, number, secret, nonce);
  }

  /** Publishes it, and says at which position. */
  long publish(TestLedger.Stream stream, SubscriptionEvent event) {
    if (event instanceof SubscriptionRemoved removed) {
      standing.remove(removed.subscription());
    }
    publish(stream.next(event));
    return stream.position();
  }

  void publish(LedgerEvent... events) {
    publish(List.of(events));
  }

  void publish(List<LedgerEvent> events) {
    published.addAll(events);
    ledger.publish(events);
  }

  /** All that was published of one organisation. */
  List<LedgerEvent> published(TestLedger.Stream stream) {
    return published.stream().filter(one -> one.organization().equals(stream.id)).toList();
  }

  /** An event like any other, that happens now. */
  LedgerEvent event(TestLedger.Stream stream) {
    return event(stream, clock.instant());
  }

  LedgerEvent event(TestLedger.Stream stream, Instant at) {
    KeyCreated one = TestLedger.created(TestLedger.newKey(), "a key");
    return stream.next(
        new KeyCreated(
            one.key(),
            one.name(),
            one.environment(),
            one.scopes(),
            one.createdBy(),
            one.secret(),
            one.expiresAt(),
            at));
  }

  TestLedger.Stream organization() {
    var stream = new TestLedger.Stream();
    publish(stream.registered());
    return stream;
  }

  /** How many rows there are of that subscription. */
  long count(String table, String which, Subscribed subscribed) {
    return number(
        "select count(*) from "
            + table
            + " where "
            + which
            + " and subscription = '"
            + subscribed.id().uuid()
            + "'");
  }

  /** The last position of an organisation that was applied. */
  long reached(TestLedger.Stream stream) {
    return number(
        "select coalesce(max(position), -1) from progress where organization = '"
            + stream.id.uuid()
            + "'");
  }

  private long number(String sql) {
    try (var connection = database.as(Logins.runtime("delivery"));
        var statement = connection.createStatement();
        var rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getLong(1);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** As the service may. */
  void change(String sql) {
    run(Logins.runtime("delivery"), sql);
  }

  /** Counts in the table {@code claims} from now on how often a courier takes a subscription. */
  void countClaims() {
    run(
        Logins.owner("delivery"),
        """
        create table delivery.claims (subscription uuid);
        grant select on delivery.claims to keyledger_delivery;
        create function delivery.count_claim() returns trigger language plpgsql security definer
          set search_path = delivery
          as 'begin insert into claims values (new.subscription); return null; end';
        create trigger count_claims after update on delivery.subscription for each row
          when (new.holder is not null and old.holder is distinct from new.holder)
          execute function delivery.count_claim();
        """);
  }

  /** From now on no delivery can be noted, and {@code refused} counts how often. */
  void refuseToNoteDeliveries() {
    run(
        Logins.owner("delivery"),
        """
        create sequence delivery.refused;
        grant select on delivery.refused to keyledger_delivery;
        create function delivery.refuse() returns trigger language plpgsql security definer
          set search_path = delivery
          as 'begin perform nextval(''refused''); raise exception ''no''; end';
        create trigger refuse before update on delivery.message for each row
          when (new.status = 'delivered') execute function delivery.refuse();
        """);
  }

  long refusedToNote() {
    return number("select case when is_called then last_value else 0 end from refused");
  }

  void noteDeliveries() {
    run(Logins.owner("delivery"), "drop trigger refuse on delivery.message");
  }

  private void run(String role, String sql) {
    try (var connection = database.as(role);
        var statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Has every session of the replicas so far refused from now on: as if they were held. */
  void holdBack() {
    replicas.forEach(replica -> replica.context().getBean(HikariDataSource.class).close());
  }

  /** Deletes a topic and makes it anew, empty. */
  void renew(String topic) throws Exception {
    try (var admin = KafkaSettings.of(broker.bootstrapServers()).admin()) {
      admin.deleteTopics(List.of(topic)).all().get();
      await()
          .atMost(Duration.ofSeconds(30))
          .ignoreExceptions()
          .until(() -> {
            TopicGuard.ensure(KafkaSettings.of(broker.bootstrapServers()));
            return admin.describeTopics(List.of(topic)).allTopicNames().get().size() == 1;
          });
    }
  }

  /** All that there was, as the relay fills a topic. */
  void publishAllAgain() {
    ledger.publish(published);
  }

  @Override
  public void close() {
    replicas.forEach(DeliveryServiceUnderTest::close);
    ledger.close();
    broker.close();
    commandService.close();
  }
}
