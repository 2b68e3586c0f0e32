package dev.keyledger.query.views;

import dev.keyledger.client.Caller;
import dev.keyledger.client.spring.Requires;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.policy.Permissions;
import dev.keyledger.events.policy.Policy;
import dev.keyledger.query.past.PastState;
import dev.keyledger.query.past.PastState.PastOrganization;
import dev.keyledger.query.past.PastState.PastPolicy;
import dev.keyledger.query.versions.ViewVersion;
import java.nio.charset.StandardCharsets;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.http.CacheControl;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

@RestController
@RequestMapping(path = "/v1/organizations", produces = "application/json")
class OrganizationController {
  private static final String COLUMNS =
      """
      select o.organization, o.slug, o.name, o.kind, o.preset, o.status, o.suspended, o.suspension_reason,
        o.ip_allowlist, o.ip_allowlist_environments, o.created_at, p.position
      from organizations@ o join positions@ p on p.organization = o.organization
      """;

  /**
   * @param status {@code onboarding}, {@code verified} or {@code live}
   * @param ipAllowlist CIDR ranges; empty admits every address
   * @param ipAllowlistEnvironments those that it is limited to; empty for every one
   * @param position that this reflects
   */
  record Organization(
      OrganizationId id,
      String slug,
      String name,
      String kind,
      @Nullable String preset,
      String status,
      boolean suspended,
      @Nullable String suspensionReason,
      List<String> ipAllowlist,
      List<String> ipAllowlistEnvironments,
      Instant createdAt,
      long position) {}

  /**
   * @param ceiling what an owner may only tighten
   * @param position of the event that set it
   */
  record PolicyInForce(
      Policy policy, Policy ceiling, @Nullable String preset, long position, Instant changedAt) {}

  private record Listed(Page<Organization> page, @Nullable String halted) {}

  private final Reads reads;

  OrganizationController(Reads reads) {
    this.reads = reads;
  }

  /** All for the operator and for platform services, for members and keys their own. */
  @GetMapping
  @Requires(Permissions.ORGANIZATION_READ)
  ResponseEntity<Page<Organization>> list(
      Caller caller,
      @RequestParam(required = false) @Nullable String limit,
      @RequestParam(required = false) @Nullable String cursor,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    int size = Parameters.limit(limit);
    OrganizationId behind = Parameters.behind(cursor, OrganizationId::new);
    Parameters.atLeastOfSeveral(atLeast)
        .forEach((organization, position) -> {
          if (caller.belongsTo(organization.value())) {
            reads.awaitPosition(organization.value(), position);
          }
        });
    Listed listed =
        reads.inSnapshot(live -> {
          List<Organization> found =
              switch (caller.kind()) {
                case OPERATOR, SERVICE -> all(live, behind, size + 1);
                case MEMBER, API_KEY -> own(live, caller.organization(), behind);
              };
          Page<Organization> shown = Page.of(found, size, o -> o.id().value(), o -> o);
          List<OrganizationId> ids = shown.items().stream().map(Organization::id).toList();
          return new Listed(shown, HaltedViews.reasons(reads.jdbc(), live, ids));
        });
    Page<Organization> page = listed.page();
    String positions =
        page.items().stream()
            .map(o -> o.id() + ":" + o.position())
            .collect(Collectors.joining(","));
    var answer =
        ResponseEntity.ok().cacheControl(CacheControl.noStore()).header(Reads.POSITION, positions);
    return HaltedViews.mark(answer, listed.halted()).body(page);
  }

  @GetMapping("/{org}")
  @Requires(Permissions.ORGANIZATION_READ)
  ResponseEntity<Organization> one(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "as_of", required = false) @Nullable String asOf,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    return reads.of(
        caller,
        org,
        atLeast,
        reads.asOf("as_of", asOf),
        snapshot ->
            snapshot
                .sql(COLUMNS + " where o.organization = :organization")
                .query((row, n) -> organization(row))
                .single(),
        past -> organization(state(past).organization(), past.position()));
  }

  @GetMapping("/{org}/policy")
  @Requires(Permissions.POLICY_READ)
  ResponseEntity<PolicyInForce> policy(
      Caller caller,
      @PathVariable String org,
      @RequestParam(name = "as_of", required = false) @Nullable String asOf,
      @RequestParam(name = "at_least", required = false) @Nullable String atLeast) {
    return reads.of(
        caller,
        org,
        atLeast,
        reads.asOf("as_of", asOf),
        snapshot ->
            snapshot
                .sql(
                    """
                    select p.policy, p.ceiling, o.preset, p.position, p.changed_at
                    from policies@ p join organizations@ o on o.organization = p.organization
                    where p.organization = :organization
                    """)
                .query((row, n) ->
                    new PolicyInForce(
                        policy(row.getString(1)),
                        policy(row.getString(2)),
                        row.getString(3),
                        row.getLong(4),
                        row.getObject(5, OffsetDateTime.class).toInstant()))
                .single(),
        past -> policy(state(past)));
  }

  private static PastState state(Past past) {
    return PastState.of(past.organization(), past.standing());
  }

  private static PolicyInForce policy(PastState state) {
    PastPolicy policy = state.policy();
    return new PolicyInForce(
        policy.policy(),
        policy.ceiling(),
        state.organization().preset(),
        policy.position(),
        policy.changedAt());
  }

  private static Organization organization(PastOrganization past, long position) {
    return new Organization(
        past.id(),
        past.slug(),
        past.name(),
        past.kind(),
        past.preset(),
        past.status(),
        past.suspended(),
        past.suspensionReason(),
        past.ipAllowlist(),
        past.ipAllowlistEnvironments(),
        past.createdAt(),
        position);
  }

  private static Policy policy(String json) {
    return EventCodec.decode(json.getBytes(StandardCharsets.UTF_8), Policy.class);
  }

  private List<Organization> all(ViewVersion live, @Nullable OrganizationId behind, int limit) {
    String where = behind == null ? "" : " where o.organization < :behind";
    JdbcClient.StatementSpec statement =
        reads
            .jdbc()
            .sql(live.sql(COLUMNS + where + " order by o.organization desc limit :limit"))
            .param("limit", limit);
    if (behind != null) {
      statement = statement.param("behind", behind.uuid());
    }
    return statement.query((row, n) -> organization(row)).list();
  }

  private List<Organization> own(
      ViewVersion live, @Nullable OrganizationId own, @Nullable OrganizationId behind) {
    if (own == null || behind != null) {
      return List.of();
    }
    return reads
        .jdbc()
        .sql(live.sql(COLUMNS + " where o.organization = :organization"))
        .params(Map.of("organization", own.uuid()))
        .query((row, n) -> organization(row))
        .list();
  }

  private static Organization organization(ResultSet row) throws SQLException {
    return new Organization(
        OrganizationId.of(row.getObject("organization", UUID.class)),
        row.getString("slug"),
        row.getString("name"),
        row.getString("kind"),
        row.getString("preset"),
        row.getString("status"),
        row.getBoolean("suspended"),
        row.getString("suspension_reason"),
        words(row.getString("ip_allowlist")),
        words(row.getString("ip_allowlist_environments")),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        row.getLong("position"));
  }

  private static List<String> words(String text) {
    return text.isEmpty() ? List.of() : List.of(text.split(" "));
  }
}
