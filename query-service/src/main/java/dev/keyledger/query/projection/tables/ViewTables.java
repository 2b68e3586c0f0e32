package dev.keyledger.query.projection.tables;

import dev.keyledger.kit.log.Frontier;
import dev.keyledger.query.projection.fold.ViewRows.KeyRow;
import dev.keyledger.query.projection.fold.ViewRows.MemberRow;
import dev.keyledger.query.projection.fold.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.projection.fold.ViewRows.PositionRow;
import dev.keyledger.query.projection.fold.ViewRows.SecretPart;
import dev.keyledger.query.projection.tables.Table.Column;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.HexFormat;
import java.util.List;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How the rows of the views lie in their tables. */
final class ViewTables {
  private ViewTables() {}

  static final Table<PositionRow> POSITIONS =
      new Table<>(
          "positions",
          1,
          List.of(
              new Column<>("organization", "uuid", PositionRow::organization),
              new Column<>("position", "bigint", PositionRow::position),
              new Column<>(
                  "log",
                  "bytea",
                  p ->
                      p.log() == null
                          ? null
                          : "\\x" + HexFormat.of().formatHex(p.log().toBytes()))),
          row -> {
            byte[] log = row.getBytes(3);
            long position = row.getLong(2);
            return new PositionRow(
                uuid(row, 1), position, log == null ? null : Frontier.of(position + 1, log));
          });

  static final Table<OrganizationRow> ORGANIZATIONS =
      new Table<>(
          "organizations",
          1,
          List.of(
              new Column<>("organization", "uuid", OrganizationRow::organization),
              new Column<>("slug", "text", OrganizationRow::slug),
              new Column<>("name", "text", OrganizationRow::name),
              new Column<>("kind", "text", OrganizationRow::kind),
              new Column<>("preset", "text", OrganizationRow::preset),
              new Column<>("status", "text", OrganizationRow::status),
              new Column<>("suspended", "boolean", OrganizationRow::suspended),
              new Column<>("suspension_reason", "text", OrganizationRow::suspensionReason),
              new Column<>("ip_allowlist", "text", OrganizationRow::ipAllowlist),
              new Column<>("created_at", "timestamptz", OrganizationRow::createdAt),
              new Column<>(
                  "ip_allowlist_environments", "text", OrganizationRow::ipAllowlistEnvironments)),
          row ->
              new OrganizationRow(
                  uuid(row, 1),
                  row.getString(2),
                  row.getString(3),
                  row.getString(4),
                  row.getString(5),
                  row.getString(6),
                  row.getBoolean(7),
                  row.getString(8),
                  row.getString(9),
                  instant(row, 10),
                  row.getString(11)));

  static final Table<PolicyRow> POLICIES =
      new Table<>(
          "policies",
          1,
          List.of(
              new Column<>("organization", "uuid", PolicyRow::organization),
              new Column<>("policy", "text", PolicyRow::policy),
              new Column<>("ceiling", "text", PolicyRow::ceiling),
              new Column<>("position", "bigint", PolicyRow::position),
              new Column<>("changed_at", "timestamptz", PolicyRow::changedAt)),
          row ->
              new PolicyRow(
                  uuid(row, 1),
                  row.getString(2),
                  row.getString(3),
                  row.getLong(4),
                  instant(row, 5)));

  static final Table<MemberRow> MEMBERS =
      new Table<>(
          "members",
          2,
          List.of(
              new Column<>("organization", "uuid", MemberRow::organization),
              new Column<>("member", "uuid", MemberRow::member),
              new Column<>("person", "uuid", MemberRow::person),
              new Column<>("email", "text", MemberRow::email),
              new Column<>("role", "text", MemberRow::role),
              new Column<>("added_at", "timestamptz", MemberRow::addedAt),
              new Column<>("removed_at", "timestamptz", MemberRow::removedAt)),
          row ->
              new MemberRow(
                  uuid(row, 1),
                  uuid(row, 2),
                  uuid(row, 3),
                  row.getString(4),
                  row.getString(5),
                  instant(row, 6),
                  optionalInstant(row, 7)));

  static final Table<KeyRow> KEYS =
      new Table<>(
          "keys",
          2,
          List.of(
              new Column<>("organization", "uuid", KeyRow::organization),
              new Column<>("key", "uuid", KeyRow::key),
              new Column<>("name", "text", KeyRow::name),
              new Column<>("environment", "text", KeyRow::environment),
              new Column<>("scopes", "text", KeyRow::scopes),
              new Column<>("created_by", "uuid", KeyRow::createdBy),
              new Column<>("created_at", "timestamptz", KeyRow::createdAt),
              new Column<>("expires_at", "timestamptz", KeyRow::expiresAt),
              new Column<>("secret_prefix", "text", k -> k.secret().prefix()),
              new Column<>("secret_created_at", "timestamptz", k -> k.secret().createdAt()),
              new Column<>("older_prefix", "text", k -> older(k, SecretPart::prefix)),
              new Column<>("older_created_at", "timestamptz", k -> older(k, SecretPart::createdAt)),
              new Column<>(
                  "older_valid_until", "timestamptz", k -> older(k, SecretPart::validUntil)),
              new Column<>("ended", "text", KeyRow::ended),
              new Column<>("ended_at", "timestamptz", KeyRow::endedAt),
              new Column<>("suspended", "boolean", KeyRow::suspended),
              new Column<>("suspended_until", "timestamptz", KeyRow::suspendedUntil)),
          ViewTables::key);

  private static KeyRow key(ResultSet row) throws SQLException {
    String olderPrefix = row.getString(11);
    return new KeyRow(
        uuid(row, 1),
        uuid(row, 2),
        row.getString(3),
        row.getString(4),
        row.getString(5),
        row.getObject(6, UUID.class),
        instant(row, 7),
        optionalInstant(row, 8),
        new SecretPart(row.getString(9), instant(row, 10), null),
        olderPrefix == null
            ? null
            : new SecretPart(olderPrefix, instant(row, 12), optionalInstant(row, 13)),
        row.getString(14),
        optionalInstant(row, 15),
        row.getBoolean(16),
        optionalInstant(row, 17));
  }

  private static @Nullable Object older(KeyRow key, Function<SecretPart, @Nullable Object> part) {
    return key.older() == null ? null : part.apply(key.older());
  }

  private static UUID uuid(ResultSet row, int column) throws SQLException {
    return row.getObject(column, UUID.class);
  }

  private static Instant instant(ResultSet row, int column) throws SQLException {
    return row.getObject(column, OffsetDateTime.class).toInstant();
  }

  private static @Nullable Instant optionalInstant(ResultSet row, int column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
