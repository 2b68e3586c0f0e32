package dev.keyledger.query.projection;

import dev.keyledger.query.projection.Offsets.Advance;
import dev.keyledger.query.projection.Reading.HaltReason;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import javax.sql.DataSource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Applies batches: rows, history, halts and the offsets behind them in one transaction, so that an
 * event is applied exactly once whoever delivers it, and however often.
 */
final class Applier {
  private static final Logger log = LoggerFactory.getLogger(Applier.class);
  private static final int PARKED_PAGE = 5_000;

  /** The transaction took longer than {@link #prepare} allows. */
  private static final String TIMED_OUT = "25P04";

  private final DataSource database;
  private final Clock clock;

  Applier(DataSource database, Clock clock) {
    this.database = database;
    this.clock = clock;
  }

  /**
   * @param nextOffsets where each partition goes on behind these records
   * @return how many events were applied
   */
  int apply(Generation generation, List<LedgerRecord> records, Map<Integer, Long> nextOffsets)
      throws SQLException {
    List<Reading> readings = records.stream().map(Reading::of).toList();
    try {
      return apply(generation, readings, nextOffsets, this::foldTogether);
    } catch (SQLException e) {
      if (!isAboutData(e)) {
        throw e;
      }
    } catch (RuntimeException e) {
      log.warn("a batch cannot be written as one: {}", e.getClass().getName());
    }
    return apply(generation, readings, nextOffsets, this::foldApart);
  }

  private interface FoldAndWrite {
    Batch fold(
        Connection connection, Generation generation, List<Reading> readings, Set<UUID> halted)
        throws SQLException;
  }

  private int apply(
      Generation generation,
      List<Reading> readings,
      Map<Integer, Long> nextOffsets,
      FoldAndWrite fold)
      throws SQLException {
    return Transactions.run(
        database,
        connection -> {
          prepare(connection);
          Map<Integer, Long> stored = Offsets.lock(connection, generation, nextOffsets.keySet());
          List<Reading> due =
              readings.stream()
                  .filter(
                      r -> r.source().offset() >= stored.getOrDefault(r.source().partition(), 0L))
                  .toList();
          Set<UUID> halted = Halts.halted(connection, generation, nextOffsets.keySet());
          Batch batch = fold.fold(connection, generation, due, halted);
          Offsets.advance(connection, generation, advances(due, batch, nextOffsets));
          spareTheDisk(connection, generation);
          return batch.events();
        });
  }

  private Batch foldTogether(
      Connection connection, Generation generation, List<Reading> readings, Set<UUID> halted)
      throws SQLException {
    var batch = new Batch(ProjectionTables.load(connection, generation, readings), halted);
    readings.forEach(batch::fold);
    batch.write(connection, generation, clock.instant());
    batch.newlyHalted().forEach(Applier::alarm);
    return batch;
  }

  /**
   * Each organisation by itself, so that one whose rows PostgreSQL refuses takes no other along.
   */
  private Batch foldApart(
      Connection connection, Generation generation, List<Reading> readings, Set<UUID> halted)
      throws SQLException {
    Map<UUID, List<Reading>> byOrganization = new LinkedHashMap<>();
    for (Reading reading : readings) {
      byOrganization.computeIfAbsent(reading.organization(), o -> new ArrayList<>()).add(reading);
    }
    var total = new Batch(new WorkingSet(), new HashSet<>());
    for (List<Reading> own : byOrganization.values()) {
      Savepoint before = connection.setSavepoint();
      try {
        total.include(foldTogether(connection, generation, own, new HashSet<>(halted)));
        connection.releaseSavepoint(before);
      } catch (SQLException | RuntimeException e) {
        if (e instanceof SQLException sql && !isAboutData(sql)) {
          throw sql;
        }
        connection.rollback(before);
        var refused = new Batch(new WorkingSet(), new HashSet<>(halted));
        refused.halt(own.getFirst(), HaltReason.IMPOSSIBLE);
        own.subList(1, own.size()).forEach(refused::fold);
        refused.write(connection, generation, clock.instant());
        refused.newlyHalted().forEach(Applier::alarm);
      }
    }
    return total;
  }

  private static Map<Integer, Advance> advances(
      List<Reading> due, Batch batch, Map<Integer, Long> nextOffsets) {
    Map<Integer, Instant> lastAt = new HashMap<>();
    due.forEach(r -> lastAt.put(r.source().partition(), r.source().timestamp()));
    Map<Integer, Long> events = batch.eventsByPartition();
    var advances = new TreeMap<Integer, Advance>();
    nextOffsets.forEach((partition, next) ->
        advances.put(
            partition,
            new Advance(next, events.getOrDefault(partition, 0L), lastAt.get(partition))));
    return advances;
  }

  /**
   * Tries a halted organisation's parked records again, in order. What PostgreSQL refuses, or a
   * fold breaks on, leaves it halted as it was and stops nobody else.
   *
   * @return whether it goes on
   */
  boolean retry(Generation generation, UUID organization, int partition) throws SQLException {
    try {
      return replayFromStart(generation, organization, partition);
    } catch (SQLException e) {
      if (!isAboutData(e) && !TIMED_OUT.equals(e.getSQLState())) {
        throw e;
      }
      // The driver's message may quote a value; its state never does.
      log.error("organisation org_{} stays halted: SQL state {}", organization, e.getSQLState());
    } catch (RuntimeException e) {
      log.error("organisation org_{} stays halted: {}", organization, e.getClass().getName());
    }
    return false;
  }

  private boolean replayFromStart(Generation generation, UUID organization, int partition)
      throws SQLException {
    return Transactions.run(
        database,
        connection -> {
          prepare(connection);
          Offsets.lock(connection, generation, List.of(partition));
          Halts.release(connection, generation, organization);
          boolean goesOn = replay(connection, generation, organization, partition);
          log.info(
              "halted organisation org_{} {}",
              organization,
              goesOn ? "goes on" : "was tried again and stays halted");
          return goesOn;
        });
  }

  private boolean replay(
      Connection connection, Generation generation, UUID organization, int partition)
      throws SQLException {
    long highestOffset = -1;
    while (true) {
      List<LedgerRecord> parked = Halts.parked(connection, generation, organization, PARKED_PAGE);
      if (parked.isEmpty()) {
        return true;
      }
      List<Reading> readings = parked.stream().map(r -> Reading.of(r, organization)).toList();
      Halts.unpark(connection, generation, parked, organization);
      var batch =
          new Batch(ProjectionTables.load(connection, generation, readings), new HashSet<>());
      for (Reading reading : readings) {
        highestOffset = Math.max(highestOffset, batch.highestAppliedOffset());
        // A later event that followed without a gap shows that this one was none of the ledger's.
        boolean superseded =
            reading.position() == null && reading.source().offset() < highestOffset;
        if (!superseded) {
          batch.fold(reading);
        }
      }
      batch.write(connection, generation, clock.instant());
      Offsets.advance(
          connection, generation, Map.of(partition, new Advance(0, batch.events(), null)));
      if (batch.isHalted(organization)) {
        return false;
      }
    }
  }

  // A replica that is held while it applies loses its locks after a minute. And the statements join
  // a few thousand ids with tables that may never have been analysed: each id
  // has to be an index look-up, whatever the planner believes of their sizes.
  private static void prepare(Connection connection) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin',"
                + " 'off', true), set_config('enable_seqscan', 'off', true),"
                + " set_config('transaction_timeout', '60s', true),"
                + " set_config('synchronous_commit', 'on', true)")) {
      statement.execute();
    }
  }

  // A generation that is being built need not wait for the disk: its offsets would be lost with its
  // rows. Asked last thing in the transaction, since it may have begun to serve meanwhile.
  private static void spareTheDisk(Connection connection, Generation generation)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select set_config('synchronous_commit', 'off', true) from generations where generation"
                + " = ? and state = 'building'")) {
      statement.setInt(1, generation.number());
      statement.execute();
    }
  }

  /** Class 22 is data that PostgreSQL cannot hold, class 23 a constraint. */
  private static boolean isAboutData(SQLException e) {
    String state = e.getSQLState();
    return state != null && (state.startsWith("22") || state.startsWith("23"));
  }

  private static void alarm(UUID organization, HaltReason reason) {
    log.error("organisation org_{} is halted: {}", organization, reason.text());
  }
}
