package dev.keyledger.command.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.events.id.OrganizationId;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Organisations by their names in paths, which never change. */
@Component
public final class Slugs {
  private final JdbcClient jdbc;
  private final Cache<String, OrganizationId> known =
      Caffeine.newBuilder().maximumSize(10_000).build();

  Slugs(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  public Optional<OrganizationId> find(String slug) {
    OrganizationId cached = known.getIfPresent(slug);
    if (cached != null) {
      return Optional.of(cached);
    }
    Optional<OrganizationId> found =
        jdbc.sql("SELECT organization FROM slug WHERE slug = ?")
            .param(slug)
            .query(String.class)
            .optional()
            .map(OrganizationId::new);
    found.ifPresent(id -> known.put(slug, id));
    return found;
  }

  /**
   * Those that paths name, in one question; what none has is left out.
   *
   * @param names ids and slugs
   */
  public Map<String, OrganizationId> named(Set<String> names) {
    var found = new HashMap<String, OrganizationId>();
    if (names.isEmpty()) {
      return found;
    }
    String[] all = names.toArray(String[]::new);
    jdbc.sql(
            """
            SELECT slug AS name, organization FROM slug WHERE slug = ANY (?)
            UNION ALL
            SELECT organization, organization FROM slug WHERE organization = ANY (?)
            """)
        .param(all)
        .param(all)
        .query(
            (RowCallbackHandler)
                row ->
                    found.put(
                        row.getString("name"), new OrganizationId(row.getString("organization"))));
    return found;
  }

  /** In the transaction of the registration; false when another has it, or is about to. */
  boolean give(String slug, OrganizationId organization) {
    return jdbc.sql("INSERT INTO slug (slug, organization) VALUES (?, ?) ON CONFLICT DO NOTHING")
            .param(slug)
            .param(organization.value())
            .update()
        == 1;
  }
}
