package dev.keyledger.query.projection.tables;

import dev.keyledger.query.projection.fold.ViewRows.KeyRow;
import dev.keyledger.query.projection.fold.ViewRows.MemberRow;
import dev.keyledger.query.projection.fold.ViewRows.OrganizationRow;
import dev.keyledger.query.projection.fold.ViewRows.PolicyRow;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.UUID;

/** The rows of one organisation, as they lie in the tables. */
public record StoredViews(Connection connection, ViewVersion version, UUID organization) {
  /** One, or none. */
  public List<OrganizationRow> organizations() throws SQLException {
    return ViewTables.ORGANIZATIONS.load(connection, version, List.of(organization));
  }

  /** One, or none. */
  public List<PolicyRow> policies() throws SQLException {
    return ViewTables.POLICIES.load(connection, version, List.of(organization));
  }

  /** Those that there are of these. */
  public List<MemberRow> members(Collection<UUID> ids) throws SQLException {
    return ViewTables.MEMBERS.load(connection, version, each(ids), ids);
  }

  /** Those that there are of these. */
  public List<KeyRow> keys(Collection<UUID> ids) throws SQLException {
    return ViewTables.KEYS.load(connection, version, each(ids), ids);
  }

  private List<UUID> each(Collection<UUID> ids) {
    return Collections.nCopies(ids.size(), organization);
  }
}
