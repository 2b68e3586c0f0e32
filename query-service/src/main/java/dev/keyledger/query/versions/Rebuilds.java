package dev.keyledger.query.versions;

import com.github.f4b6a3.uuid.UuidCreator;
import dev.keyledger.events.Topics;
import dev.keyledger.kit.web.Problem;
import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.kafka.KafkaAccess;
import dev.keyledger.query.kafka.LedgerTopic;
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
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.BadSqlGrammarException;
import org.springframework.stereotype.Component;

/**
 * Rebuilds of the views from the first event, beside the ones that serve. What is done about one is
 * in PostgreSQL alone, so that it goes on after any restart, on all replicas together.
 */
@Component
public final class Rebuilds {
  /**
   * @param state {@code building}, {@code catching_up} (has its indexes, draws level), {@code
   *     serving} once it took over, {@code cancelled}
   * @param total offsets up to the topic's end, transaction markers included: what percent is of;
   *     {@code null} while Kafka doesn't say, and at the end
   * @param eventsPerSecond since it was asked for, or over its whole time
   * @param organizationsBehind that it shows at an older position than what serves: it doesn't take
   *     over before there is none; {@code null} at the end
   */
  public record Progress(
      String id,
      String state,
      int generation,
      String requestedBy,
      Instant requestedAt,
      @Nullable Instant finishedAt,
      long eventsApplied,
      @Nullable Long total,
      @Nullable Double percent,
      long eventsPerSecond,
      @Nullable Long organizationsBehind) {}

  private record StoredRebuild(
      String id,
      String state,
      int version,
      String requestedBy,
      Instant requestedAt,
      @Nullable Instant finishedAt,
      long events,
      boolean indexed) {}

  /**
   * How far a rebuild is, as it was looked up last.
   *
   * @param topic {@code null} while Kafka doesn't say
   */
  private record HowFar(
      ViewVersion version,
      long lookedUpNanos,
      Map<Integer, Offsets.PartitionProgress> progress,
      @Nullable LedgerTopic topic,
      long organizationsBehind) {}

  /**
   * It is looked up in Kafka and in every organisation's row, on the processors that the rebuild
   * needs: for all together who watch it, and no oftener than this.
   */
  private static final Duration LOOKED_UP_EVERY = Duration.ofMillis(250);

  private final Transactions transactions;
  private final ViewVersions versions;
  private final KafkaAccess kafka;
  private final Clock clock;
  private final LongSupplier nanoTime = System::nanoTime;
  private @Nullable HowFar lookedUp;

  Rebuilds(Transactions transactions, ViewVersions versions, KafkaAccess kafka, Clock clock) {
    this.transactions = transactions;
    this.versions = versions;
    this.kafka = kafka;
    this.clock = clock;
  }

  public String start(String requestedBy) {
    String id = "reb_" + UuidCreator.getTimeOrderedEpoch();
    try {
      return transactions.run(connection -> {
        int version;
        try (PreparedStatement open =
            connection.prepareStatement("select open_generation('building', ?)")) {
          open.setInt(1, Topics.PARTITIONS);
          try (ResultSet row = open.executeQuery()) {
            row.next();
            version = row.getInt(1);
          }
        }
        try (PreparedStatement insert =
            connection.prepareStatement(
                "insert into rebuilds (id, generation, state, requested_by, requested_at)"
                    + " values (?, ?, 'running', ?, ?)")) {
          insert.setString(1, id);
          insert.setInt(2, version);
          insert.setString(3, requestedBy);
          insert.setObject(4, now());
          insert.executeUpdate();
        }
        return id;
      });
    } catch (DuplicateKeyException e) {
      throw Problem.of(409, "rebuild_in_progress", "The views are being rebuilt already.")
          .toException();
    }
  }

  /** Ends a rebuild that has not taken over; what it built is dropped. */
  public boolean cancel(String id) {
    return transactions.run(connection -> {
      // In the order of a swap, which locks the pointers first: so neither waits for the other.
      try (PreparedStatement forget =
              connection.prepareStatement(
                  "delete from generations g using rebuilds r where r.id = ? and r.state ="
                      + " 'running' and g.generation = r.generation and g.state = 'building'");
          PreparedStatement cancel =
              connection.prepareStatement(
                  "update rebuilds set state = 'cancelled', finished_at = ? where id = ? and"
                      + " state = 'running'")) {
        forget.setString(1, id);
        if (forget.executeUpdate() == 0) {
          return false;
        }
        cancel.setObject(1, now());
        cancel.setString(2, id);
        cancel.executeUpdate();
        return true;
      }
    });
  }

  public static void finish(
      Connection connection,
      ViewVersion version,
      Map<Integer, Offsets.PartitionProgress> progress,
      Instant at)
      throws SQLException {
    try (PreparedStatement update =
        connection.prepareStatement(
            "update rebuilds set state = 'served', finished_at = ?, events = ? where generation ="
                + " ?")) {
      update.setObject(1, at.atOffset(ZoneOffset.UTC));
      update.setLong(2, events(progress));
      update.setInt(3, version.number());
      update.executeUpdate();
    }
  }

  /** How many records the view version is behind that topic's end. */
  public long remaining(ViewVersion version, LedgerTopic topic) {
    Map<Integer, Offsets.PartitionProgress> progress = progress(version);
    return topic.ends().entrySet().stream()
        .mapToLong(end -> {
          Offsets.PartitionProgress one = progress.get(end.getKey());
          return Math.max(0, end.getValue() - (one == null ? 0 : one.nextIn(topic.id())));
        })
        .sum();
  }

  public Optional<Progress> find(String id) {
    try {
      return progressOf(id);
    } catch (BadSqlGrammarException tablesDropped) {
      // It took over or was cancelled between the two questions.
      return progressOf(id);
    }
  }

  private Optional<Progress> progressOf(String id) {
    Optional<StoredRebuild> found = transactions.run(connection -> row(connection, id));
    if (found.isEmpty()) {
      return Optional.empty();
    }
    StoredRebuild row = found.get();
    if (row.finishedAt() != null) {
      boolean served = row.state().equals("served");
      long rate = rate(row.events(), row.requestedAt(), row.finishedAt());
      return Optional.of(
          new Progress(
              row.id(),
              served ? "serving" : "cancelled",
              row.version(),
              row.requestedBy(),
              row.requestedAt(),
              row.finishedAt(),
              row.events(),
              null,
              served ? 100.0 : null,
              rate,
              null));
    }
    HowFar howFar = howFar(new ViewVersion(row.version()));
    Map<Integer, Offsets.PartitionProgress> progress = howFar.progress();
    LedgerTopic topic = howFar.topic();
    Long total =
        topic == null ? null : topic.ends().values().stream().mapToLong(Long::longValue).sum();
    long read =
        topic == null
            ? 0
            : progress.values().stream().mapToLong(one -> one.nextIn(topic.id())).sum();
    long events = events(progress);
    long organizationsBehind = howFar.organizationsBehind();
    return Optional.of(
        new Progress(
            row.id(),
            row.indexed() ? "catching_up" : "building",
            row.version(),
            row.requestedBy(),
            row.requestedAt(),
            null,
            events,
            total,
            percent(read, total, organizationsBehind == 0),
            rate(events, row.requestedAt(), clock.instant()),
            organizationsBehind));
  }

  private synchronized HowFar howFar(ViewVersion version) {
    HowFar known = lookedUp;
    if (known != null
        && known.version().equals(version)
        && nanoTime.getAsLong() - known.lookedUpNanos() < LOOKED_UP_EVERY.toNanos()) {
      return known;
    }
    long asked = nanoTime.getAsLong();
    var found =
        new HowFar(
            version, asked, progress(version), topic(), versions.organizationsBehind(version));
    lookedUp = found;
    return found;
  }

  private @Nullable LedgerTopic topic() {
    try {
      return kafka.ledgerTopic().orElse(null);
    } catch (KafkaAccess.BrokerSilentException e) {
      return null;
    }
  }

  /** To a tenth, rounded down: only what is whole is 100. */
  private static @Nullable Double percent(long read, @Nullable Long total, boolean whole) {
    if (total == null) {
      return null;
    }
    double most = whole ? 100 : 99.9;
    return total == 0
        ? most
        : Math.min(most, Math.floor(Math.min(1, (double) read / total) * 1_000) / 10);
  }

  private Map<Integer, Offsets.PartitionProgress> progress(ViewVersion version) {
    return transactions.run(connection -> Offsets.read(connection, version));
  }

  private static long events(Map<Integer, Offsets.PartitionProgress> progress) {
    return progress.values().stream().mapToLong(Offsets.PartitionProgress::events).sum();
  }

  private static long rate(long events, Instant from, Instant to) {
    return events * 1_000 / Math.max(1, Duration.between(from, to).toMillis());
  }

  private static Optional<StoredRebuild> row(Connection connection, String id) throws SQLException {
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
            new StoredRebuild(
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
