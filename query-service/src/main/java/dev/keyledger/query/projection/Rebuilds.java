package dev.keyledger.query.projection;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Topics;
import dev.keyledger.subscriber.Problem;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Map;
import java.util.Optional;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * Rebuilds of the views from the first event, beside the ones that serve. What is done about one is
 * in PostgreSQL alone, so that it goes on after any restart, on all replicas together.
 */
final class Rebuilds {
  private static final String UNIQUE_VIOLATION = "23505";

  /**
   * @param state {@code building}, {@code catching_up} (has its indexes, draws level), {@code
   *     serving} once it took over, {@code cancelled}
   * @param total offsets up to the topic's end, transaction markers included: what percent is of;
   *     {@code null} while Kafka doesn't say, and at the end
   * @param eventsPerSecond since it was asked for, or over its whole time
   */
  record Progress(
      String id,
      String state,
      int generation,
      String requestedBy,
      Instant requestedAt,
      @Nullable Instant finishedAt,
      long eventsApplied,
      @Nullable Long total,
      @Nullable Double percent,
      long eventsPerSecond) {}

  private record Row(
      String id,
      String state,
      int generation,
      String requestedBy,
      Instant requestedAt,
      @Nullable Instant finishedAt,
      long events,
      boolean indexed) {}

  private final DataSource database;
  private final KafkaAccess kafka;
  private final Clock clock;

  Rebuilds(DataSource database, KafkaAccess kafka, Clock clock) {
    this.database = database;
    this.kafka = kafka;
    this.clock = clock;
  }

  String start(String requestedBy) throws SQLException {
    String id = "reb_" + UuidCreator.getTimeOrderedEpoch();
    try {
      return Transactions.run(
          database,
          connection -> {
            int generation;
            try (PreparedStatement open =
                connection.prepareStatement("select open_generation('building', ?)")) {
              open.setInt(1, Topics.PARTITIONS);
              try (ResultSet row = open.executeQuery()) {
                row.next();
                generation = row.getInt(1);
              }
            }
            try (PreparedStatement insert =
                connection.prepareStatement(
                    "insert into rebuilds (id, generation, state, requested_by, requested_at)"
                        + " values (?, ?, 'running', ?, ?)")) {
              insert.setString(1, id);
              insert.setInt(2, generation);
              insert.setString(3, requestedBy);
              insert.setObject(4, now());
              insert.executeUpdate();
            }
            return id;
          });
    } catch (SQLException e) {
      if (UNIQUE_VIOLATION.equals(e.getSQLState())) {
        throw Problem.of(409, "rebuild_in_progress", "The views are being rebuilt already.")
            .toException();
      }
      throw e;
    }
  }

  /** Ends a rebuild that has not taken over; what it built is dropped. */
  boolean cancel(String id) throws SQLException {
    return Transactions.run(
        database,
        connection -> {
          try (PreparedStatement cancel =
                  connection.prepareStatement(
                      "update rebuilds set state = 'cancelled', finished_at = ? where id = ? and"
                          + " state = 'running' returning generation");
              PreparedStatement forget =
                  connection.prepareStatement(
                      "delete from generations where generation = ? and state = 'building'")) {
            cancel.setObject(1, now());
            cancel.setString(2, id);
            try (ResultSet row = cancel.executeQuery()) {
              if (!row.next()) {
                return false;
              }
              forget.setInt(1, row.getInt(1));
            }
            forget.executeUpdate();
            return true;
          }
        });
  }

  static void finish(
      Connection connection,
      Generation generation,
      Map<Integer, Offsets.Progress> progress,
      Instant at)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update rebuilds set state = 'served', finished_at = ?, events = ? where generation ="
                + " ?")) {
      update.setObject(1, at.atOffset(ZoneOffset.UTC));
      update.setLong(2, events(progress));
      update.setInt(3, generation.number());
      update.executeUpdate();
    }
  }

  /** How many records the generation is behind those ends. */
  long remaining(Generation generation, Map<Integer, Long> ends) throws SQLException {
    Map<Integer, Offsets.Progress> progress = progress(generation);
    return ends.entrySet().stream()
        .mapToLong(end -> {
          Offsets.Progress one = progress.get(end.getKey());
          return Math.max(0, end.getValue() - (one == null ? 0 : one.nextOffset()));
        })
        .sum();
  }

  Optional<Progress> find(String id) throws SQLException {
    Optional<Row> found = Transactions.run(database, connection -> row(connection, id));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    Row row = found.get();
    if (row.finishedAt() != null) {
      boolean served = row.state().equals("served");
      long rate = rate(row.events(), row.requestedAt(), row.finishedAt());
      return Optional.of(
          new Progress(
              row.id(),
              served ? "serving" : "cancelled",
              row.generation(),
              row.requestedBy(),
              row.requestedAt(),
              row.finishedAt(),
              row.events(),
              null,
              served ? 100.0 : null,
              rate));
    }
    Map<Integer, Offsets.Progress> progress = progress(new Generation(row.generation()));
    Long total = total();
    long read = progress.values().stream().mapToLong(Offsets.Progress::nextOffset).sum();
    long events = events(progress);
    return Optional.of(
        new Progress(
            row.id(),
            row.indexed() ? "catching_up" : "building",
            row.generation(),
            row.requestedBy(),
            row.requestedAt(),
            null,
            events,
            total,
            percent(read, total),
            rate(events, row.requestedAt(), clock.instant())));
  }

  private @Nullable Long total() {
    try {
      return kafka.ends().values().stream().mapToLong(Long::longValue).sum();
    } catch (KafkaAccess.BrokerSilentException e) {
      return null;
    }
  }

  /** To a tenth, rounded down: only what is whole is 100. */
  private static @Nullable Double percent(long read, @Nullable Long total) {
    if (total == null) {
      return null;
    }
    return total == 0 ? 100.0 : Math.floor(Math.min(1, (double) read / total) * 1_000) / 10;
  }

  private Map<Integer, Offsets.Progress> progress(Generation generation) throws SQLException {
    return Transactions.run(database, connection -> Offsets.read(connection, generation));
  }

  private static long events(Map<Integer, Offsets.Progress> progress) {
    return progress.values().stream().mapToLong(Offsets.Progress::events).sum();
  }

  private static long rate(long events, Instant from, Instant to) {
    return events * 1_000 / Math.max(1, Duration.between(from, to).toMillis());
  }

  private static Optional<Row> row(Connection connection, String id) throws SQLException {
    try (PreparedStatement select =
        connection.prepareStatement(
            "select r.id, r.state, r.generation, r.requested_by, r.requested_at, r.finished_at,"
                + " coalesce(r.events, 0), coalesce(g.indexed, false) from rebuilds r left join"
                + " generations g on g.generation = r.generation where r.id = ?")) {
      select.setString(1, id);
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return Optional.empty();
        }
        OffsetDateTime finished = row.getObject(6, OffsetDateTime.class);
        return Optional.of(
            new Row(
                row.getString(1),
                row.getString(2),
                row.getInt(3),
                row.getString(4),
                row.getObject(5, OffsetDateTime.class).toInstant(),
                finished == null ? null : finished.toInstant(),
                row.getLong(7),
                row.getBoolean(8)));
      }
    }
  }

  private OffsetDateTime now() {
    return clock.instant().atOffset(ZoneOffset.UTC);
  }
}
