package dev.keyledger.command.ledger;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import dev.keyledger.events.id.OrganizationId;
import java.util.Optional;
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
   * The one that a path names, if there is one.
   *
   * @param name its id or its slug
   */
  public Optional<OrganizationId> named(String name) {
    if (!name.startsWith(OrganizationId.PREFIX)) {
      return find(name);
    }
    return jdbc.sql("SELECT organization FROM slug WHERE organization = ?")
        .param(name)
        .query(String.class)
        .optional()
        .map(OrganizationId::new);
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
