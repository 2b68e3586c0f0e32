package dev.keyledger.query.projection.tables;

import dev.keyledger.events.KeyEvent.KeyCreated;
import dev.keyledger.events.KeyEvent.KeyEndingSoon;
import dev.keyledger.events.KeyEvent.KeyExpired;
import dev.keyledger.events.KeyEvent.KeyLeaked;
import dev.keyledger.events.KeyEvent.KeyRenamed;
import dev.keyledger.events.KeyEvent.KeyResumed;
import dev.keyledger.events.KeyEvent.KeyRevoked;
import dev.keyledger.events.KeyEvent.KeyRotated;
import dev.keyledger.events.KeyEvent.KeyScopesNarrowed;
import dev.keyledger.events.KeyEvent.KeySuspended;
import dev.keyledger.events.KeyEvent.RotationCompleted;
import dev.keyledger.events.KeyEvent.RotationRolledBack;
import dev.keyledger.events.MemberEvent;
import dev.keyledger.events.OrganizationEvent;
import dev.keyledger.events.PersonEvent;
import dev.keyledger.events.StandingEvent.IpAllowlistChanged;
import dev.keyledger.events.StandingEvent.LiveEnabled;
import dev.keyledger.events.StandingEvent.OrganizationRegistered;
import dev.keyledger.events.StandingEvent.OrganizationReinstated;
import dev.keyledger.events.StandingEvent.OrganizationSuspended;
import dev.keyledger.events.StandingEvent.OrganizationVerified;
import dev.keyledger.events.StandingEvent.PolicyChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged;
import dev.keyledger.events.SubscriptionEvent.SubscriptionChanged.Settings;
import dev.keyledger.events.SubscriptionEvent.SubscriptionCreated;
import dev.keyledger.events.SubscriptionEvent.SubscriptionPaused;
import dev.keyledger.events.SubscriptionEvent.SubscriptionRemoved;
import dev.keyledger.events.SubscriptionEvent.SubscriptionResumed;
import dev.keyledger.events.SubscriptionEvent.SubscriptionSecretRotated;
import dev.keyledger.query.projection.tables.WorkingSetStore.HistoryRow;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What history is searched by, beside what an event says of itself. */
final class SearchColumns {
  /** By organisation, the latest time of an event so far. */
  private final Map<UUID, Instant> latest = new HashMap<>();

  private SearchColumns() {}

  static SearchColumns load(Connection connection, ViewVersion version, List<HistoryRow> history)
      throws SQLException {
    var columns = new SearchColumns();
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "select organization, latest_at from clocks@ where organization = any (?)"))) {
      statement.setArray(
          1,
          Table.uuids(
              connection,
              history.stream().map(row -> row.event().organization().uuid()).distinct().toList()));
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          columns.latest.put(
              rows.getObject(1, UUID.class), rows.getObject(2, OffsetDateTime.class).toInstant());
        }
      }
    }
    return columns;
  }

  /**
   * To be asked of each event in the order of positions.
   *
   * @return whether an earlier one has a later time
   */
  boolean isDisordered(UUID organization, Instant at) {
    Instant before = latest.get(organization);
    if (before != null && at.isBefore(before)) {
      return true;
    }
    latest.put(organization, at);
    return false;
  }

  void store(Connection connection, ViewVersion version) throws SQLException {
    List<UUID> organizations = new ArrayList<>();
    List<OffsetDateTime> times = new ArrayList<>();
    latest.forEach((organization, at) -> {
      organizations.add(organization);
      times.add(at.atOffset(ZoneOffset.UTC));
    });
    try (PreparedStatement statement =
        connection.prepareStatement(
            version.sql(
                "insert into clocks@ (organization, latest_at) select * from unnest(?::uuid[],"
                    + " ?::timestamptz[]) on conflict (organization) do update set latest_at ="
                    + " excluded.latest_at where clocks@.latest_at < excluded.latest_at"))) {
      statement.setArray(1, Table.uuids(connection, organizations));
      statement.setArray(2, connection.createArrayOf("timestamptz", times.toArray()));
      statement.executeUpdate();
    }
  }

  /** Names and reasons; {@code null} where there are none. */
  static @Nullable String words(OrganizationEvent event) {
    return switch (event) {
      case OrganizationRegistered e -> e.slug() + " " + e.name();
      case OrganizationSuspended e -> e.reason();
      case KeyCreated e -> e.name();
      case KeyRenamed e -> e.before() + " " + e.after();
      case KeyRevoked e -> e.reason();
      case KeySuspended e -> e.reason();
      case KeyLeaked e -> e.url();
      case OrganizationVerified e -> null;
      case LiveEnabled e -> null;
      case OrganizationReinstated e -> null;
      case PolicyChanged e -> null;
      case IpAllowlistChanged e -> null;
      case MemberEvent e -> null;
      case PersonEvent e -> null;
      case KeyRotated e -> null;
      case RotationCompleted e -> null;
      case RotationRolledBack e -> null;
      case KeyScopesNarrowed e -> null;
      case KeyResumed e -> null;
      case KeyEndingSoon e -> null;
      case KeyExpired e -> null;
      case SubscriptionCreated e -> e.name() + " " + e.url();
      case SubscriptionChanged e -> words(e.before(), e.after());
      case SubscriptionPaused e -> e.reason();
      case SubscriptionRemoved e -> null;
      case SubscriptionSecretRotated e -> null;
      case SubscriptionResumed e -> null;
    };
  }

  private static @Nullable String words(Settings before, Settings after) {
    String words =
        Stream.of(before.name(), after.name(), before.url(), after.url())
            .filter(Objects::nonNull)
            .collect(Collectors.joining(" "));
    return words.isEmpty() ? null : words;
  }
}
