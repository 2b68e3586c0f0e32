package dev.keyledger.query.views;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.web.ProblemException;
import dev.keyledger.query.versions.Offsets.PartitionProgress;
import dev.keyledger.query.versions.ViewVersion;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.http.ResponseEntity;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * Says in a header that what an answer shows doesn't go on: an organisation that is parked, with
 * its reason, or all of them, when the topic has forgotten what comes next.
 */
final class HaltedViews {
  static final String HEADER = "Keyledger-Halted";

  /** The reason for all, or null. */
  static final String OF_ALL =
      "(select '"
          + PartitionProgress.TOPIC_LOST_EVENTS
          + "' where exists (select from offsets@ where lost_since is not null))";

  /** The reason for {@code :organization}, or for all; null where there is none. */
  static final String REASON =
      "coalesce((select reason from halted@ where organization = cast(:organization as uuid)), "
          + OF_ALL
          + ")";

  private HaltedViews() {}

  /** Of one organisation, which needn't have a position yet. */
  static Optional<String> reason(
      JdbcClient jdbc, ViewVersion live, Optional<OrganizationId> organization) {
    return jdbc.sql(live.sql("select " + REASON))
        .param("organization", organization.map(OrganizationId::uuid).orElse(null))
        .query((row, n) -> Optional.ofNullable(row.getString(1)))
        .single();
  }

  /** Of several: {@code org_…:gap,org_…:unreadable}, or of all. */
  static @Nullable String reasons(
      JdbcClient jdbc, ViewVersion live, Collection<OrganizationId> organizations) {
    Optional<String> ofAll = reason(jdbc, live, Optional.empty());
    if (ofAll.isPresent()) {
      return ofAll.get();
    }
    List<String> reasons = new ArrayList<>();
    jdbc.sql(
            live.sql(
                "select organization, reason from halted@ where organization = any"
                    + " (:organizations) order by organization desc"))
        .param(
            "organizations", organizations.stream().map(OrganizationId::uuid).toArray(UUID[]::new))
        .query(row -> {
          UUID organization = row.getObject(1, UUID.class);
          reasons.add(OrganizationId.of(organization) + ":" + row.getString(2));
        });
    return reasons.isEmpty() ? null : String.join(",", reasons);
  }

  static ResponseEntity.BodyBuilder mark(
      ResponseEntity.BodyBuilder answer, @Nullable String reason) {
    return reason == null ? answer : answer.header(HEADER, reason);
  }

  static ProblemException mark(ProblemException refusal, @Nullable String reason) {
    return reason == null ? refusal : refusal.problem().withHeader(HEADER, reason).toException();
  }
}
