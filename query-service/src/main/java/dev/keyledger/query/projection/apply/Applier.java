package dev.keyledger.query.projection.apply;

import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.Topics;
import dev.keyledger.kit.kafka.FollowedTopic.Span;
import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.projection.apply.DecodingResult.Decoded;
import dev.keyledger.query.projection.apply.DecodingResult.Undecodable;
import dev.keyledger.query.projection.fold.WorkingSet;
import dev.keyledger.query.projection.tables.WorkingSetStore;
import dev.keyledger.query.versions.Offsets;
import dev.keyledger.query.versions.Offsets.Advance;
import dev.keyledger.query.versions.Offsets.PartitionProgress;
import dev.keyledger.query.versions.ViewVersion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.dao.OptimisticLockingFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.stereotype.Component;

/**
 * Applies batches: rows, history, parked records and the offsets behind them in one transaction, so
 * that an event is applied exactly once, however often and to however many replicas it is
 * delivered.
 */
@Component
public final class Applier {
  private static final Logger log = LoggerFactory.getLogger(Applier.class);
  private static final int PARKED_PAGE = 5_000;

  /** By position where one is known; of one position, what can be read before what can't. */
  private static final Comparator<DecodingResult> AS_REPLAYED =
      Comparator.comparing(
              DecodingResult::position, Comparator.nullsLast(Comparator.<Long>naturalOrder()))
          .thenComparing(result -> result instanceof Undecodable)
          .thenComparingLong(result -> result.source().offset());

  private record Mended(ViewVersion version, UUID organization, int partition) {}

  private final Transactions transactions;
  private final Clock clock;
  private final Set<Mended> mended = ConcurrentHashMap.newKeySet();

  Applier(Transactions transactions, Clock clock) {
    this.transactions = transactions;
    this.clock = clock;
  }

  /**
   * @param polled what these records are all of, by partition
   * @return how many events were applied
   * @throws OptimisticLockingFailureException when a partition's reading began anew since: nothing
   *     is applied, and the follower has to ask again where to read
   */
  public int apply(ViewVersion version, List<LedgerRecord> records, Map<Integer, Span> polled) {
    List<DecodingResult> results = BulkStream.of(records).map(DecodingResult::of).toList();
    try {
      return apply(version, results, polled, this::foldTogether);
    } catch (RuntimeException e) {
      if (!isOfTheRecords(e)) {
        throw e;
      }
      log.warn("a batch cannot be written as one: {}", e.getClass().getName());
    }
    return apply(version, results, polled, this::foldApart);
  }

  private interface FoldAndWrite {
    Batch fold(
        Connection connection,
        ViewVersion version,
        List<DecodingResult> results,
        Set<UUID> parkedOrganizations)
        throws SQLException;
  }

  private int apply(
      ViewVersion version,
      List<DecodingResult> results,
      Map<Integer, Span> polled,
      FoldAndWrite fold) {
    Batch applied =
        transactions.run(connection -> {
          prepare(connection);
          Map<Integer, Long> stored = Offsets.lock(connection, version, polled);
          var next = new long[Topics.PARTITIONS];
          stored.forEach((partition, offset) -> next[partition] = offset);
          List<DecodingResult> due =
              results.stream()
                  .filter(r -> r.source().offset() >= next[r.source().partition()])
                  .toList();
          Set<UUID> parkedOrganizations =
              ParkedRecords.organizations(connection, version, polled.keySet());
          Batch batch = fold.fold(connection, version, due, parkedOrganizations);
          Offsets.advance(connection, version, advances(due, batch, polled));
          spareTheDisk(connection, version);
          return batch;
        });
    applied
        .mended()
        .forEach(
            (organization, partition) -> mended.add(new Mended(version, organization, partition)));
    return applied.events();
  }

  private Batch foldTogether(
      Connection connection,
      ViewVersion version,
      List<DecodingResult> results,
      Set<UUID> parkedOrganizations)
      throws SQLException {
    var batch = new Batch(load(connection, version, results), parkedOrganizations);
    results.forEach(batch::fold);
    batch.write(connection, version, clock.instant());
    batch.newlyParked().forEach(Applier::alarm);
    return batch;
  }

  /**
   * Each organisation by itself, so that one whose rows PostgreSQL refuses takes no other along.
   */
  private Batch foldApart(
      Connection connection,
      ViewVersion version,
      List<DecodingResult> results,
      Set<UUID> parkedOrganizations)
      throws SQLException {
    Map<UUID, List<DecodingResult>> byOrganization = new LinkedHashMap<>();
    for (DecodingResult result : results) {
      byOrganization.computeIfAbsent(result.organization(), o -> new ArrayList<>()).add(result);
    }
    var total = new Batch(new WorkingSet(), new HashSet<>());
    for (List<DecodingResult> own : byOrganization.values()) {
      try {
        total.include(
            transactions.runPart(
                connection,
                part -> foldTogether(part, version, own, new HashSet<>(parkedOrganizations))));
      } catch (RuntimeException e) {
        if (!isOfTheRecords(e)) {
          throw e;
        }
        var refused = new Batch(new WorkingSet(), new HashSet<>(parkedOrganizations));
        refused.park(own.getFirst(), ParkReason.IMPOSSIBLE);
        own.subList(1, own.size()).forEach(refused::fold);
        refused.write(connection, version, clock.instant());
        refused.newlyParked().forEach(Applier::alarm);
      }
    }
    return total;
  }

  private static WorkingSet load(
      Connection connection, ViewVersion version, List<DecodingResult> results)
      throws SQLException {
    Set<UUID> organizations = new LinkedHashSet<>();
    List<LedgerEvent> events = new ArrayList<>(results.size());
    for (DecodingResult result : results) {
      organizations.add(result.organization());
      if (result instanceof Decoded decoded) {
        events.add(decoded.event());
      }
    }
    return WorkingSetStore.load(connection, version, organizations, events);
  }

  private static Map<Integer, Advance> advances(
      List<DecodingResult> due, Batch batch, Map<Integer, Span> polled) {
    var lastAt = new @Nullable Instant[Topics.PARTITIONS];
    due.forEach(r -> lastAt[r.source().partition()] = r.source().timestamp());
    long[] events = batch.eventsByPartition();
    Map<Integer, Long> passed = batch.passedByPartition();
    var advances = new TreeMap<Integer, Advance>();
    polled.forEach((partition, span) ->
        advances.put(
            partition,
            new Advance(
                span.next(),
                events[partition],
                passed.getOrDefault(partition, 0L),
                lastAt[partition])));
    return advances;
  }

  /**
   * Has these partitions read from that topic: from its beginning, where they were read from
   * another one.
   *
   * @return the first offset of each partition that is not dealt with
   */
  public Map<Integer, Long> readFrom(ViewVersion version, Set<Integer> partitions, String topic) {
    return transactions.run(connection -> {
      Map<Integer, PartitionProgress> progress = Offsets.read(connection, version);
      // At nearly every start nothing is to be changed, and no applier has to be waited for.
      if (!progress.entrySet().stream()
          .filter(one -> partitions.contains(one.getKey()))
          .allMatch(one -> topic.equals(one.getValue().topic()))) {
        forgetParked(connection, version, Offsets.readFrom(connection, version, partitions, topic));
        progress = Offsets.read(connection, version);
      }
      Map<Integer, Long> next = new HashMap<>();
      progress.forEach((partition, one) -> next.put(partition, one.nextOffset()));
      return next;
    });
  }

  /**
   * Has partitions of a topic that was set back read from its beginning.
   *
   * @param polledAt where the follower stood, behind the topic's end
   */
  public void setBack(ViewVersion version, Map<Integer, Long> polledAt, String topic) {
    transactions.run(connection -> {
      Set<Integer> anew = Offsets.setBack(connection, version, polledAt, topic);
      forgetParked(connection, version, anew);
      return anew;
    });
  }

  // What was parked of a topic that is gone comes again in the one that was made from the ledger,
  // under other offsets. Its organisations stay halted until then.
  private static void forgetParked(
      Connection connection, ViewVersion version, Set<Integer> partitions) throws SQLException {
    if (!partitions.isEmpty()) {
      log.warn(
          "view version {} reads partitions {} from their beginning", version.number(), partitions);
      ParkedRecords.forget(connection, version, partitions);
    }
  }

  /**
   * Lets each parked organisation go on of which the very event came that it stopped for, in a
   * transaction of its own: so many records may have waited that a batch would take too long with
   * them. A process that ends before it comes to that tries all of them at its next start.
   *
   * @param known view versions that there are; what was to be done in others is forgotten
   */
  void resumeMended(Set<ViewVersion> known) {
    mended.removeIf(one -> !known.contains(one.version()));
    for (Mended one : mended) {
      // Before it is tried: another batch may mend it again meanwhile.
      mended.remove(one);
      try {
        retry(one.version(), one.organization(), one.partition());
      } catch (RuntimeException | Error e) {
        mended.add(one);
        throw e;
      }
    }
  }

  /**
   * Tries a parked organisation's records again, in order. What PostgreSQL refuses, or a fold
   * breaks on, leaves it parked as it was and stops no other.
   *
   * @return whether it goes on
   */
  boolean retry(ViewVersion version, UUID organization, int partition) {
    try {
      return replayFromStart(version, organization, partition);
    } catch (RuntimeException e) {
      // Or they are so many that the transaction took longer than prepare() allows.
      if (!isOfTheRecords(e) && !(e instanceof QueryTimeoutException)) {
        throw e;
      }
      // A message of the driver's may quote a value; the kind of the failure never does.
      log.error("organisation org_{} stays halted: {}", organization, e.getClass().getName());
    }
    return false;
  }

  private boolean replayFromStart(ViewVersion version, UUID organization, int partition) {
    return transactions.run(connection -> {
      prepare(connection);
      Offsets.lock(connection, version, List.of(partition));
      ParkedRecords.release(connection, version, organization);
      boolean goesOn = replay(connection, version, organization, partition);
      log.info(
          "halted organisation org_{} {}",
          organization,
          goesOn ? "goes on" : "was tried again and stays halted");
      return goesOn;
    });
  }

  private boolean replay(
      Connection connection, ViewVersion version, UUID organization, int partition)
      throws SQLException {
    long highestOffset = -1;
    while (true) {
      List<LedgerRecord> parked = ParkedRecords.of(connection, version, organization, PARKED_PAGE);
      if (parked.isEmpty()) {
        return true;
      }
      List<DecodingResult> results =
          parked.stream().map(r -> DecodingResult.of(r, organization)).sorted(AS_REPLAYED).toList();
      ParkedRecords.unpark(connection, version, parked, organization);
      var batch = new Batch(load(connection, version, results), new HashSet<>());
      for (DecodingResult result : results) {
        // A later event that followed without a gap shows that this one was none of the ledger's,
        // or has been published again.
        boolean superseded = result.position() == null && result.source().offset() < highestOffset;
        if (!superseded) {
          batch.fold(result);
        }
        highestOffset = Math.max(highestOffset, batch.highestAppliedOffset());
      }
      batch.write(connection, version, clock.instant());
      var advance =
          new Advance(
              0, batch.events(), batch.passedByPartition().getOrDefault(partition, 0L), null);
      Offsets.advance(connection, version, Map.of(partition, advance));
      if (batch.isParked(organization)) {
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

  // A view version that is being built need not wait for the disk: its offsets would be lost with
  // its
  // rows. Asked last thing in the transaction, since it may have begun to serve meanwhile.
  private static void spareTheDisk(Connection connection, ViewVersion version) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            "select set_config('synchronous_commit', 'off', true) from generations where generation"
                + " = ? and state = 'building'")) {
      statement.setInt(1, version.number());
      statement.execute();
    }
  }

  /**
   * Whether the records are to blame: PostgreSQL can't hold a value, or a fold broke. Everything
   * else that the database says is no fault of theirs, and goes by itself.
   */
  private static boolean isOfTheRecords(RuntimeException e) {
    return e instanceof DataIntegrityViolationException || !(e instanceof DataAccessException);
  }

  private static void alarm(UUID organization, ParkReason reason) {
    log.error("organisation org_{} is halted: {}", organization, reason.text());
  }
}
