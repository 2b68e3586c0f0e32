package dev.keyledger.delivery.subscription;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.delivery.set.SecurityEvent;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.events.subscription.SignatureScheme;
import dev.keyledger.infra.servers.Database;
import dev.keyledger.infra.servers.Logins;
import dev.keyledger.infra.servers.Servers;
import dev.keyledger.kit.database.AgreedClock;
import dev.keyledger.testkit.MovableClock;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

/** How long what is kept, on a real database. */
class RetentionTest {
  private final MovableClock clock = new MovableClock();
  private final SubscriptionKey key =
      new SubscriptionKey(
          OrganizationId.of(UuidCreator.getTimeOrderedEpoch()),
          SubscriptionId.of(UuidCreator.getTimeOrderedEpoch()));
  private final WebhookSettings settings =
      new WebhookSettings(
          4,
          10,
          Duration.ofSeconds(30),
          Duration.ofSeconds(1),
          Duration.ofDays(3),
          Duration.ofDays(30),
          Duration.ofDays(7));
  private JdbcTemplate jdbc;
  private SubscriptionTable subscriptions;
  private Retention retention;

  @BeforeEach
  void begin() {
    Database database = Servers.forTests().freshDatabase().migrate("delivery");
    String role = Logins.runtime("delivery");
    jdbc =
        new JdbcTemplate(
            new DriverManagerDataSource(
                database.jdbcUrl(), role, database.logins().revealPassword(role)));
    var messages = new MessageTable(jdbc);
    subscriptions = new SubscriptionTable(jdbc);
    retention =
        new Retention(subscriptions, messages, settings, new AgreedClock(clock, clock::instant));
    messages.add(List.of(message(1), message(2)), clock.instant());
    jdbc.update(
        "update message set status = 'delivered', next_attempt_at = null, settled_at = ? where"
            + " position = 1",
        SubscriptionTable.at(clock.instant()));
  }

  private MessageTable.New message(long position) {
    return new MessageTable.New(
        key, position, null, "key.created", "{}".getBytes(StandardCharsets.UTF_8), false);
  }

  private List<String> after(Duration time) {
    clock.advance(time);
    retention.sweep();
    return jdbc.queryForList(
        "select position || ' ' || status || ' ' || (body is not null) from message order by"
            + " position",
        String.class);
  }

  @Test
  void whatWaitsForThreeDaysDiesAndIsForgottenAMonthLaterAsAllIs() {
    assertThat(after(Duration.ofDays(3))).containsExactly("1 delivered true", "2 pending true");
    assertThat(after(Duration.ofMinutes(1))).containsExactly("1 delivered true", "2 dead true");
    assertThat(after(Duration.ofDays(4))).containsExactly("1 delivered false", "2 dead true");
    assertThat(after(Duration.ofDays(23))).containsExactly("2 dead true");
    assertThat(after(Duration.ofDays(4))).isEmpty();
  }

  @Test
  void whatWaitsOfASubscriptionThatWasRemovedDiesAtTheNextSweep() {
    var state =
        new SubscriptionState("A receiver", "https://a.example", List.of("*"), SignatureScheme.V1);
    var standing = new FoldedSubscription(key, state, Standing.ACTIVE, 0, 0, 2L, false);
    subscriptions.write(standing, clock.instant());
    assertThat(after(Duration.ofMinutes(1))).containsExactly("1 delivered true", "2 pending true");

    subscriptions.write(
        FoldedSubscription.of(
            standing, key, 3, new SubscriptionRemoved(key.subscription(), null, clock.instant())),
        null);

    assertThat(subscriptions.ending(10)).containsExactly(key);
    assertThat(after(Duration.ofMinutes(1))).containsExactly("1 delivered true", "2 dead true");
    assertThat(subscriptions.ending(10)).isEmpty();
  }

  @Test
  void whatIsEnabledAgainBehindAListOfThoseThatEndKeepsWhatWaits() {
    var state =
        new SubscriptionState("A receiver", "https://a.example", List.of("*"), SignatureScheme.V1);
    subscriptions.write(
        new FoldedSubscription(key, state, Standing.ACTIVE, 0, 0, 2L, false), clock.instant());
    var messages = new MessageTable(jdbc);

    assertThat(messages.endAll(key, clock.instant(), 10)).isZero();
    subscriptions.write(
        new FoldedSubscription(key, state, Standing.DISABLED, 0, 0, 2L, false), null);
    messages.add(
        List.of(
            new MessageTable.New(
                key, 3, 2L, SecurityEvent.STREAM_UPDATED, new byte[] {1}, false, "evt_1", null)),
        clock.instant());

    // That it is disabled is told all the same.
    assertThat(after(Duration.ofMinutes(1)))
        .containsExactly("1 delivered true", "2 dead true", "3 pending true");
    assertThat(subscriptions.ending(10)).isEmpty();
  }

  @Test
  void aSubscriptionWhoseSecretsDontComeIsAnAlarm() {
    var meters = new SimpleMeterRegistry();
    var watched = new WebhookMeters(jdbc, clock);
    watched.bindTo(meters);
    var state =
        new SubscriptionState("A receiver", "https://a.example", List.of("*"), SignatureScheme.V1);
    subscriptions.write(
        new FoldedSubscription(key, state, Standing.ACTIVE, 0, 0, 2L, false), clock.instant());

    watched.look();
    assertThat(meters.get("keyledger.webhooks.without.secrets").gauge().value()).isZero();
    clock.advance(Duration.ofMinutes(2));
    watched.look();

    assertThat(meters.get("keyledger.webhooks.without.secrets").gauge().value()).isEqualTo(1);
    assertThat(meters.get("keyledger.webhooks.overdue").gauge().value()).isZero();
  }

  @Test
  void whatADeadHolderHasAndWhatCantBeSignedAreAlarms() {
    var meters = new SimpleMeterRegistry();
    var watched = new WebhookMeters(jdbc, clock);
    watched.bindTo(meters);
    var state =
        new SubscriptionState("A receiver", "https://a.example", List.of("*"), SignatureScheme.V1);
    subscriptions.write(
        new FoldedSubscription(key, state, Standing.ACTIVE, 0, 0, 2L, false), clock.instant());
    jdbc.update(
        "insert into secrets (organization, subscription, position, usable, record) values (?, ?,"
            + " 0, true, '')",
        key.organization().uuid(),
        key.subscription().uuid());
    jdbc.update(
        "update subscription set holder = ?, held_until = clock_timestamp() + interval '1 hour'",
        UUID.randomUUID());
    clock.advance(Duration.ofMinutes(2));

    watched.look();
    assertThat(meters.get("keyledger.webhooks.overdue").gauge().value()).isZero();
    jdbc.update("update subscription set held_until = clock_timestamp() - interval '1 second'");
    watched.look();
    assertThat(meters.get("keyledger.webhooks.overdue").gauge().value()).isEqualTo(120);

    assertThat(meters.get("keyledger.webhooks.without.secrets").gauge().value()).isZero();
    jdbc.update("update subscription set unsigned_at = ?", SubscriptionTable.at(clock.instant()));
    watched.look();
    assertThat(meters.get("keyledger.webhooks.without.secrets").gauge().value()).isEqualTo(1);
  }

  @Test
  void whatIsTriedHasABodyHoweverShortBodiesAreKept() {
    var none =
        new WebhookSettings(
            4,
            10,
            Duration.ofSeconds(30),
            Duration.ofSeconds(1),
            Duration.ofDays(5),
            Duration.ofDays(1),
            Duration.ZERO);
    Instant now = clock.instant();

    assertThat(none.bodiesSince(now)).isEqualTo(none.triedSince(now));
    assertThat(none.knownSince(now)).isEqualTo(none.triedSince(now));
    assertThat(settings.bodiesSince(now)).isEqualTo(now.minus(Duration.ofDays(7)));
  }
}
