package dev.keyledger.delivery.sending;

import dev.keyledger.delivery.subscription.Attempt;
import dev.keyledger.delivery.subscription.SubscriptionState;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.SubscriptionId;
import dev.keyledger.kit.receipts.ToldReceiver;
import dev.keyledger.kit.receipts.ToldReceiver.Channel;
import dev.keyledger.kit.receipts.ToldReceiver.Failure;
import dev.keyledger.kit.receipts.ToldReceiver.Status;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.stereotype.Component;
import tools.jackson.core.type.TypeReference;

/** Messages of keys' ends of which the receipts don't know yet what came. */
@Component
final class ReportTable {
  private static final TypeReference<List<Attempt>> ATTEMPTS = new TypeReference<>() {};

  private static final String UNTOLD =
      "m.ended is not null and m.told is distinct from (m.status || ' ' || m.tries::text)";

  private final JdbcTemplate jdbc;

  ReportTable(JdbcTemplate jdbc) {
    this.jdbc = jdbc;
  }

  /**
   * @param message its position, or its number
   * @param ended position of the event by which a key ended
   * @param state by which it is seen whether anything came of it since
   */
  record Untold(
      SubscriptionId subscription, long message, long ended, ToldReceiver receiver, String state) {}

  /** The next organisation of which there are any, behind one; {@code null} for the first. */
  Optional<OrganizationId> next(@Nullable OrganizationId behind) {
    return jdbc
        .query(
            "select m.organization from message m where "
                + UNTOLD
                + " and m.organization > ? order by m.organization limit 1",
            (row, number) -> OrganizationId.of(row.getObject(1, UUID.class)),
            behind == null ? new UUID(0, 0) : behind.uuid())
        .stream()
        .findFirst();
  }

  /** Those of the newest ends first: somebody may wait for them. */
  List<Untold> of(OrganizationId organization, int atMost) {
    return jdbc.query(
        "select m.subscription, m.position, m.ended, m.status, m.tries, m.attempts, s.state, m.status ||"
            + " ' ' || m.tries::text as known from message m join subscription s using (organization,"
            + " subscription) where m.organization = ? and "
            + UNTOLD
            + " order by m.ended desc limit ?",
        (row, number) -> untold(row),
        organization.uuid(),
        atMost);
  }

  private static Untold untold(ResultSet row) throws SQLException {
    var subscription = SubscriptionId.of(row.getObject("subscription", UUID.class));
    SubscriptionState state =
        EventCodec.decode(
            row.getString("state").getBytes(StandardCharsets.UTF_8), SubscriptionState.class);
    List<Attempt> attempts = EventCodec.mapper().readValue(row.getString("attempts"), ATTEMPTS);
    Attempt last = attempts.isEmpty() ? null : attempts.getLast();
    Status status =
        switch (row.getString("status")) {
          case "delivered" -> Status.ANSWERED;
          case "dead" -> Status.GIVEN_UP;
          default -> Status.PENDING;
        };
    boolean answered = status == Status.ANSWERED;
    return new Untold(
        subscription,
        row.getLong("position"),
        row.getLong("ended"),
        new ToldReceiver(
            subscription,
            state.name(),
            channel(state),
            status,
            answered && last != null ? answeredAt(last) : null,
            row.getInt("tries"),
            answered || last == null ? null : new Failure(last.at(), last.status(), last.error())),
        row.getString("known"));
  }

  private static Instant answeredAt(Attempt attempt) {
    return attempt.at().plusMillis(attempt.durationMs());
  }

  private static Channel channel(SubscriptionState state) {
    if (!state.streams()) {
      return Channel.WEBHOOK;
    }
    return state.polls() ? Channel.SSF_POLL : Channel.SSF_PUSH;
  }

  /** They are known as they were read; what came of one since is untold still. */
  void told(OrganizationId organization, List<Untold> told) {
    jdbc.batchUpdate(
        "update message set told = ? where organization = ? and subscription = ? and position = ?",
        told,
        500,
        (statement, one) -> {
          statement.setString(1, one.state());
          statement.setObject(2, organization.uuid());
          statement.setObject(3, one.subscription().uuid());
          statement.setLong(4, one.message());
        });
  }
}
