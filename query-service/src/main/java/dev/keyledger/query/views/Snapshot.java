package dev.keyledger.query.views;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.versions.ViewVersion;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * One organisation as of one position: every statement of a read sees the same rows, and no other
 * organisation's.
 *
 * @param halted why the views don't go on from that position; {@code null} where they do
 */
public record Snapshot(
    JdbcClient jdbc,
    ViewVersion version,
    OrganizationId organization,
    long position,
    @Nullable String halted) {

  /** A statement about this organisation, which it names as {@code :organization}. */
  public JdbcClient.StatementSpec sql(String template) {
    return jdbc.sql(version.sql(template)).param("organization", uuid());
  }

  boolean isOfConnectedAccount() {
    return sql("select kind = 'connected_account' from organizations@ where organization = :organization")
        .query(Boolean.class)
        .single();
  }

  private UUID uuid() {
    return organization.uuid();
  }
}
