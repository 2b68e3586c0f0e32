package dev.keyledger.query.projection.apply;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.versions.Offsets;
import dev.keyledger.query.versions.Offsets.PartitionProgress;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.versions.ViewVersions;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * Organisations that a view version stopped at, which the API calls halted: for the operator, who
 * mends them.
 */
@Component
public final class ParkedOrganizations {

  /**
   * @param organization {@code null} for records whose key names none, and where the topic forgot
   *     what was to be read next, so that none of some partitions goes on
   * @param position the last that was applied; -1 for none
   * @param parked records that wait
   */
  public record Halted(
      @Nullable OrganizationId organization,
      String reason,
      long position,
      long parked,
      Instant since) {}

  private record Place(UUID organization, int partition) {}

  private final Transactions transactions;
  private final ViewVersions versions;
  private final Applier applier;

  ParkedOrganizations(Transactions transactions, ViewVersions versions, Applier applier) {
    this.transactions = transactions;
    this.versions = versions;
    this.applier = applier;
  }

  /** Of the view version that serves, at most 1,000. */
  public List<Halted> list() {
    ViewVersion live = versions.live();
    return transactions.run(connection -> {
      try (PreparedStatement statement =
              connection.prepareStatement(
                  live.sql(
                      "select h.organization, h.reason, coalesce(p.position, -1), (select"
                          + " count(*) from parked@ k where k.organization = h.organization),"
                          + " h.since from halted@ h left join positions@ p on p.organization ="
                          + " h.organization order by h.since limit 1000"));
          ResultSet rows = statement.executeQuery()) {
        var halted = new ArrayList<Halted>();
        Offsets.read(connection, live).values().stream()
            .map(PartitionProgress::lostSince)
            .filter(Objects::nonNull)
            .min(Comparator.naturalOrder())
            .ifPresent(since ->
                halted.add(new Halted(null, PartitionProgress.TOPIC_LOST_EVENTS, -1, 0, since)));
        while (rows.next()) {
          UUID organization = rows.getObject(1, UUID.class);
          halted.add(
              new Halted(
                  organization.equals(DecodingResult.NO_ORGANIZATION)
                      ? null
                      : OrganizationId.of(organization),
                  rows.getString(2),
                  rows.getLong(3),
                  rows.getLong(4),
                  rows.getObject(5, OffsetDateTime.class).toInstant()));
        }
        return halted;
      }
    });
  }

  public long count(ViewVersion version) {
    return transactions.run(connection -> {
      try (PreparedStatement statement =
              connection.prepareStatement(version.sql("select count(*) from halted@"));
          ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getLong(1);
      }
    });
  }

  /**
   * Tries it again in every view version.
   *
   * @return whether it goes on in all of them; empty when none has parked it
   */
  public Optional<Boolean> retry(OrganizationId organization) {
    Optional<Boolean> result = Optional.empty();
    for (ViewVersions.Known known : versions.all()) {
      for (Place place : places(known.version())) {
        if (place.organization().equals(organization.uuid())) {
          boolean goesOn = applier.retry(known.version(), place.organization(), place.partition());
          result = Optional.of(goesOn && result.orElse(true));
        }
      }
    }
    return result;
  }

  /** At start: perhaps this release knows what the last one didn't. */
  public void retryAll(ViewVersion version) {
    for (Place place : places(version)) {
      applier.retry(version, place.organization(), place.partition());
    }
  }

  /**
   * Those go on of which this replica has meanwhile read the event that they stopped for.
   *
   * @param known the view versions that there are
   */
  public void resumeMended(Set<ViewVersion> known) {
    applier.resumeMended(known);
  }

  private List<Place> places(ViewVersion version) {
    return transactions.run(connection -> {
      try (PreparedStatement statement =
              connection.prepareStatement(
                  version.sql("select organization, kafka_partition from halted@ order by since"));
          ResultSet rows = statement.executeQuery()) {
        var places = new ArrayList<Place>();
        while (rows.next()) {
          places.add(new Place(rows.getObject(1, UUID.class), rows.getInt(2)));
        }
        return places;
      }
    });
  }
}
