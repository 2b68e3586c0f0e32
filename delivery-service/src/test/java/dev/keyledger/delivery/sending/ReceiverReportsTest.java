package dev.keyledger.delivery.sending;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.internal.InternalTokens;
import dev.keyledger.testing.TestServerKeys;
import dev.keyledger.testkit.MovableClock;
import dev.keyledger.testkit.StubServer;
import java.net.URI;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import tools.jackson.databind.JsonNode;

/** What the keeper of receipts is told, on a real database. */
@Timeout(60)
class ReceiverReportsTest {
  private static final Duration SOON = Duration.ofSeconds(20);

  private final MovableClock clock = new MovableClock();
  private final StubServer keeper = new StubServer();
  private final OrganizationId first = OrganizationId.of(new UUID(0x0190f5c27b3a7c4dL, 1L << 63));
  private final OrganizationId second =
      OrganizationId.of(new UUID(0x0190f5c27b3a7c4dL, (1L << 63) + 1));
  private JdbcTemplate jdbc;
  private ReceiverReports reports;

  @BeforeEach
  void begin() {
    Database database = Servers.forTests().freshDatabase().migrate("delivery");
    String role = Logins.runtime("delivery");
    jdbc =
        new JdbcTemplate(
            new DriverManagerDataSource(
                database.jdbcUrl(), role, database.logins().revealPassword(role)));
    reports = replica();
    keeper.answerJson(200, "{}");
  }

  private ReceiverReports replica() {
    return new ReceiverReports(
        new ReportTable(jdbc),
        URI.create(keeper.url()),
        new InternalTokens(new TestServerKeys(), clock));
  }

  @AfterEach
  void end() {
    reports.close();
    keeper.close();
  }

  private UUID subscription(OrganizationId organization) {
    return subscription(organization, "siem");
  }

  private UUID subscription(OrganizationId organization, String name) {
    UUID id = UuidCreator.getTimeOrderedEpoch();
    var state =
        new SubscriptionState(name, "https://receiver.example/", List.of("*"), SignatureScheme.V1);
    jdbc.update(
        "insert into subscription (organization, subscription, state, standing, created_position,"
            + " secret_position) values (?, ?, ?, 'active', 1, 1)",
        organization.uuid(),
        id,
        EventCodec.mapper().writeValueAsString(state));
    return id;
  }

  private void messages(OrganizationId organization, UUID subscription, int count) {
    jdbc.update(
        "insert into message (organization, subscription, position, type, status, queued_at, ended)"
            + " select ?, ?, n, 'key.revoked', 'pending', ?, n from generate_series(2, ?) n",
        organization.uuid(),
        subscription,
        clock.instant().atOffset(ZoneOffset.UTC),
        count + 1);
  }

  private List<JsonNode> told() {
    return keeper.asked().stream().map(one -> EventCodec.mapper().readTree(one.body())).toList();
  }

  private long untold() {
    return jdbc.queryForObject(
        "select count(*) from message where told is distinct from status || ' ' || tries::text",
        Long.class);
  }

  @Test
  void anOrganizationWithManyTakesTurnsWithTheOthers() {
    messages(first, subscription(first), 250);
    messages(second, subscription(second), 1);
    reports.lookAgain();
    await().atMost(SOON).until(() -> untold() == 0);
    assertThat(told())
        .extracting(one ->
            one.required("organization").asString().equals(first.value())
                + " "
                + one.required("receivers").size())
        .containsExactly("true 100", "false 1", "true 100", "true 50");
    // The newest first: somebody may wait for them.
    assertThat(told().getFirst().at("/receivers/0/position").longValue()).isEqualTo(251);
  }

  @Test
  void noBodyIsLargerThanIsTakenHoweverLongTheNamesAre() {
    messages(first, subscription(first, "\u4e00".repeat(255)), 150);
    keeper.answerByBody((asked, exchange) ->
        StubServer.answerJson(
            exchange, asked.body().getBytes(UTF_8).length > 64 * 1024 ? 413 : 200, "{}"));
    reports.lookAgain();
    await().atMost(SOON).until(() -> untold() == 0);
    assertThat(keeper.asked())
        .allSatisfy(asked ->
            assertThat(asked.body().getBytes(UTF_8).length).isLessThanOrEqualTo(64 * 1024));
  }

  @Test
  void whatIsNeverTakenKeepsNothingElseFromBeingTold() {
    messages(first, subscription(first), 9);
    keeper.answerByBody((asked, exchange) ->
        StubServer.answerJson(
            exchange, asked.body().contains("\"position\":7,") ? 422 : 200, "{}"));
    reports.lookAgain();
    await().atMost(SOON).until(() -> untold() == 0);
    assertThat(told().stream().filter(one -> one.required("receivers").size() == 1))
        .anySatisfy(one -> assertThat(one.at("/receivers/0/position").longValue()).isEqualTo(7));
  }

  @Test
  void oneOfWhomNoAnswerComesHasItsTurnAndTheOthersTheirs() {
    messages(first, subscription(first), 1);
    messages(second, subscription(second), 1);
    keeper.answerByBody((asked, exchange) -> {
      if (asked.body().contains(first.value())) {
        exchange.close();
      } else {
        StubServer.answerJson(exchange, 200, "{}");
      }
    });
    reports.lookAgain();
    await().atMost(SOON).until(() -> !told().isEmpty());
    await()
        .atMost(SOON)
        .until(() -> {
          reports.lookAgain();
          return untold() == 1;
        });
    assertThat(
            jdbc.queryForObject("select organization from message where told is null", UUID.class))
        .isEqualTo(first.uuid());
  }

  @Test
  void whatComesOfAMessageWhileItIsToldIsToldToo() {
    UUID subscription = subscription(first);
    messages(first, subscription, 1);
    var once = new AtomicBoolean();
    keeper.answerByBody((asked, exchange) -> {
      if (!once.getAndSet(true)) {
        // As a replica of the release before does, which knows of no receipts.
        jdbc.update(
            "update message set status = 'delivered', tries = 1, attempts = ?",
            "[{\"at\":\"2026-05-28T14:43:58.100Z\",\"status\":204,\"duration_ms\":40}]");
      }
      StubServer.answerJson(exchange, 200, "{}");
    });
    reports.wake();
    await().atMost(SOON).until(() -> told().size() == 1);
    reports.wake();
    await().atMost(SOON).until(() -> untold() == 0);
    assertThat(told())
        .extracting(one -> one.at("/receivers/0/receiver/status").asString())
        .containsExactly("pending", "answered");
    assertThat(told().getLast().at("/receivers/0/receiver/answered_at").asString())
        .isEqualTo("2026-05-28T14:43:58.140Z");
  }

  @Test
  void whatIsNotTakenOfOneHoldsUpNoOtherAndIsToldOnceItIs() {
    messages(first, subscription(first), 1);
    messages(second, subscription(second), 1);
    keeper.answerByBody((asked, exchange) ->
        StubServer.answerJson(exchange, asked.body().contains(first.value()) ? 404 : 200, "{}"));
    reports.lookAgain();
    await().atMost(SOON).until(() -> untold() == 1 && told().size() == 2);
    keeper.answerJson(200, "{}");
    // Another replica, since this one has died.
    reports.close();
    reports = replica();
    reports.wake();
    await().atMost(SOON).until(() -> untold() == 0);
    assertThat(told()).hasSize(3);
  }
}
