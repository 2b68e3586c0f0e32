package dev.keyledger.kit.database;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Asks the database now and then, and counts on from its answer by monotonic time: what the wall
 * clock of this process does meanwhile changes nothing.
 */
final class JdbcDatabaseClock implements DatabaseClock {
  private static final Duration ASK_EVERY = Duration.ofSeconds(10);

  private final Supplier<Instant> database;
  private final LongSupplier nanoTime;
  private @Nullable Answer last;

  private record Answer(Instant now, long askedAt) {}

  JdbcDatabaseClock(DataSource database) {
    this(
        () ->
            JdbcClient.create(database)
                .sql("SELECT clock_timestamp()")
                .query(OffsetDateTime.class)
                .single()
                .toInstant(),
        System::nanoTime);
  }

  JdbcDatabaseClock(Supplier<Instant> database, LongSupplier nanoTime) {
    this.database = database;
    this.nanoTime = nanoTime;
  }

  @Override
  public synchronized Instant now() {
    Answer known = last;
    if (known == null || nanoTime.getAsLong() - known.askedAt >= ASK_EVERY.toNanos()) {
      known = asked(known);
      last = known;
    }
    return known.now.plusNanos(nanoTime.getAsLong() - known.askedAt);
  }

  // Counting on is as good as asking for as long as the database is away: both are its time.
  private Answer asked(@Nullable Answer known) {
    long askedAt = nanoTime.getAsLong();
    try {
      return new Answer(database.get(), askedAt);
    } catch (DataAccessException e) {
      if (known == null) {
        throw e;
      }
      return known;
    }
  }
}
