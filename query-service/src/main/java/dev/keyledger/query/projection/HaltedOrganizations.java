package dev.keyledger.query.projection;

import dev.keyledger.events.id.OrganizationId;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/** Organisations that a generation stopped at, for those who mend them. */
final class HaltedOrganizations {

  /**
   * @param organization {@code null} for records whose key names none
   * @param position the last that was applied; -1 for none
   * @param parked records that wait
   */
  record Halted(
      @Nullable OrganizationId organization,
      String reason,
      long position,
      long parked,
      Instant since) {}

  private record Place(UUID organization, int partition) {}

  private final DataSource database;
  private final Generations generations;
  private final Applier applier;

  HaltedOrganizations(DataSource database, Generations generations, Applier applier) {
    this.database = database;
    this.generations = generations;
    this.applier = applier;
  }

  /** Of the generation that serves, at most 1,000. */
  List<Halted> list() throws SQLException {
    Generation live = generations.live();
    return Transactions.run(
        database,
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement(
                      live.sql(
                          "select h.organization, h.reason, coalesce(p.position, -1), (select"
                              + " count(*) from parked@ k where k.organization = h.organization),"
                              + " h.since from halted@ h left join positions@ p on p.organization ="
                              + " h.organization order by h.since limit 1000"));
              ResultSet rows = statement.executeQuery()) {
            var halted = new ArrayList<Halted>();
            while (rows.next()) {
              UUID organization = rows.getObject(1, UUID.class);
              halted.add(
                  new Halted(
                      organization.equals(Reading.NOBODY) ? null : OrganizationId.of(organization),
                      rows.getString(2),
                      rows.getLong(3),
                      rows.getLong(4),
                      rows.getObject(5, OffsetDateTime.class).toInstant()));
            }
            return halted;
          }
        });
  }

  long count(Generation generation) throws SQLException {
    return Transactions.run(
        database,
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement(generation.sql("select count(*) from halted@"));
              ResultSet row = statement.executeQuery()) {
            row.next();
            return row.getLong(1);
          }
        });
  }

  /**
   * Tries it again in every generation.
   *
   * @return whether it goes on in all of them; empty when none has halted it
   */
  Optional<Boolean> retry(OrganizationId organization) throws SQLException {
    Optional<Boolean> result = Optional.empty();
    for (Generations.Known known : generations.all()) {
      for (Place place : places(known.generation())) {
        if (place.organization().equals(organization.uuid())) {
          boolean goesOn =
              applier.retry(known.generation(), place.organization(), place.partition());
          result = Optional.of(goesOn && result.orElse(true));
        }
      }
    }
    return result;
  }

  /** At start: perhaps this release knows what the last one didn't. */
  void retryAll(Generation generation) throws SQLException {
    for (Place place : places(generation)) {
      applier.retry(generation, place.organization(), place.partition());
    }
  }

  private List<Place> places(Generation generation) throws SQLException {
    return Transactions.run(
        database,
        connection -> {
          try (PreparedStatement statement =
                  connection.prepareStatement(
                      generation.sql(
                          "select organization, kafka_partition from halted@ order by since"));
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
