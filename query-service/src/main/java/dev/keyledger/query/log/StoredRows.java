package dev.keyledger.query.log;

import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.TiledTree;
import dev.keyledger.query.versions.ViewVersion;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The hashes of a log in PostgreSQL.
 *
 * @param leaves selects them from {@code :first} to before {@code :end}
 * @param nodes selects those of {@code :level}, likewise
 */
record StoredRows(JdbcClient jdbc, String leaves, String nodes, Map<String, Object> parameters)
    implements TiledTree.Rows {
  private static final String RANGE = " and index >= :first and index < :end order by index";

  /** Of an organisation, as a version of the views has it. */
  static StoredRows of(JdbcClient jdbc, ViewVersion version, UUID organization) {
    return new StoredRows(
        jdbc,
        version.sql(
            "select leaf from events@ where organization = :organization and leaf is not null"
                + " and position >= :first and position < :end order by position"),
        version.sql(
            "select hash from log_nodes@ where organization = :organization and level = :level"
                + RANGE),
        Map.of("organization", organization));
  }

  static StoredRows ofPlatform(JdbcClient jdbc) {
    return new StoredRows(
        jdbc,
        "select leaf from platform_log where true" + RANGE,
        "select hash from platform_log_nodes where level = :level" + RANGE,
        Map.of());
  }

  @Override
  public List<Hash> row(int level, long first, int count) {
    JdbcClient.StatementSpec statement =
        jdbc.sql(level == 0 ? leaves : nodes)
            .params(parameters)
            .param("first", first)
            .param("end", first + count);
    return (level == 0 ? statement : statement.param("level", level))
        .query((row, n) -> hash(row.getBytes(1)))
        .list();
  }

  // What has no 32 bytes any more is no hash of ours: another in its place fits nowhere.
  private static Hash hash(byte @Nullable [] bytes) {
    return bytes == null || bytes.length != Hash.LENGTH ? Hash.OF_NOTHING : new Hash(bytes);
  }
}
