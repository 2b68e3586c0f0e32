package dev.keyledger.query.check;

import dev.keyledger.query.projection.tables.StoredViews;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/** Reads that belong together: all of them see the database as it was at one moment. */
@Component
class Snapshots {
  private static final int SECONDS = 60;

  /** What is read of an organisation's rows. */
  @FunctionalInterface
  interface OfViews<T> {
    T read(StoredViews views) throws SQLException;
  }

  private final JdbcTemplate template;
  private final JdbcClient jdbc;
  private final TransactionTemplate snapshots;

  Snapshots(JdbcTemplate template, PlatformTransactionManager transactions) {
    this.template = template;
    this.jdbc = JdbcClient.create(template);
    this.snapshots = new TransactionTemplate(transactions);
    snapshots.setReadOnly(true);
    snapshots.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
    snapshots.setTimeout(SECONDS);
  }

  JdbcClient jdbc() {
    return jdbc;
  }

  <T extends @Nullable Object> T in(Supplier<T> reads) {
    return snapshots.execute(status -> reads.get());
  }

  <T> T ofViews(ViewVersion version, UUID organization, OfViews<T> read) {
    return Objects.requireNonNull(
        template.execute((Connection connection) ->
            read.read(new StoredViews(connection, version, organization))));
  }
}
