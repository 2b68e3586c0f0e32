package dev.keyledger.token.identity.people;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import org.jspecify.annotations.Nullable;

/** Instants on their way into and out of {@code timestamptz} columns. */
public final class Column {
  private Column() {}

  public static OffsetDateTime of(Instant at) {
    return at.atOffset(ZoneOffset.UTC);
  }

  public static Instant instant(ResultSet row, String name) throws SQLException {
    return row.getObject(name, OffsetDateTime.class).toInstant();
  }

  public static @Nullable Instant instantOrNull(ResultSet row, String name) throws SQLException {
    Timestamp at = row.getTimestamp(name);
    return at == null ? null : at.toInstant();
  }
}
