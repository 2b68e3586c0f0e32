package dev.keyledger.query.log;

import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.log.Checkpoint;
import dev.keyledger.kit.log.Frontier;
import dev.keyledger.kit.log.Hash;
import dev.keyledger.kit.log.Proofs;
import dev.keyledger.kit.log.SignedNote;
import dev.keyledger.kit.log.TiledTree;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.views.Reads;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Signs how far the logs have come, and enters each checkpoint of an organisation's log into the
 * platform's. Nothing is signed that doesn't go on from what was signed before: then history was
 * changed behind the platform's back, which is an alarm.
 */
@Component
class Checkpoints {
  private static final Logger log = LoggerFactory.getLogger(Checkpoints.class);
  private static final int AT_ONCE = 500;
  private static final int SECONDS = 30;

  /** An organisation of which more is applied than is signed. */
  private record Due(
      OrganizationId organization, @Nullable Frontier log, @Nullable Signed before) {}

  private record Signed(long size, Hash root) {
    static Signed of(Checkpoint checkpoint) {
      return new Signed(checkpoint.size(), checkpoint.root());
    }
  }

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final LogKeys keys;
  private final PlatformLog platform;
  private final WitnessRounds witnesses;
  private final Clock clock;
  private final Set<OrganizationId> inconsistent = ConcurrentHashMap.newKeySet();

  Checkpoints(
      JdbcClient jdbc,
      PlatformTransactionManager transactions,
      LogKeys keys,
      PlatformLog platform,
      WitnessRounds witnesses,
      MeterRegistry meters,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = new TransactionTemplate(transactions);
    this.transactions.setTimeout(SECONDS);
    this.keys = keys;
    this.platform = platform;
    this.witnesses = witnesses;
    this.clock = clock;
    Gauge.builder("keyledger.log.inconsistent.organizations", inconsistent::size)
        .description("Organisations whose log doesn't go on from what was signed before")
        .register(meters);
  }

  /**
   * The newest of an organisation, signed now where there is more than it says.
   *
   * @param size of the log, as the caller has seen it
   * @return empty where nothing may be signed
   */
  Optional<SignedNote> of(OrganizationId organization, long size) {
    Optional<SignedNote> newest = newest(organization, size);
    if (newest.isPresent()) {
      return newest;
    }
    sign(Optional.of(organization));
    return newest(organization, size);
  }

  private Optional<SignedNote> newest(OrganizationId organization, long size) {
    return jdbc.sql(
            "select note from log_checkpoints where organization = :organization and size >= :size")
        .param("organization", organization.uuid())
        .param("size", size)
        .query(String.class)
        .optional()
        .map(SignedNote::parse);
  }

  boolean isInconsistent(OrganizationId organization) {
    return inconsistent.contains(organization);
  }

  /**
   * Signs for all organisations that are due, or for the one.
   *
   * @return whether there may be more to do
   */
  boolean sign(Optional<OrganizationId> organization) {
    boolean more =
        Boolean.TRUE.equals(
            transactions.execute(transaction -> {
              Optional<PlatformLog.Head> head = platform.lock(organization.isPresent());
              if (head.isEmpty()) {
                return false; // Another replica is at it.
              }
              ViewVersion live = Reads.live(jdbc);
              List<Due> due = due(live, organization);
              var signed = new ArrayList<PlatformLog.OfOrganization>();
              for (Due one : due) {
                Frontier stored = one.log();
                if (goesOn(live, one, stored) && stored != null) {
                  signed.add(sign(one.organization(), stored));
                }
              }
              platform.append(head.get(), signed);
              return due.size() == AT_ONCE && !signed.isEmpty();
            }));
    witnesses.signed();
    return more;
  }

  private List<Due> due(ViewVersion live, Optional<OrganizationId> organization) {
    // Where what was signed last is gone, the platform's log still has it.
    String sql =
        """
        select p.organization, p.position + 1 as size, p.log, coalesce(c.size, l.size) as signed, c.root, l.entry
        from positions@ p
        left join log_checkpoints c on c.organization = p.organization
        left join lateral (
          select size, entry from platform_log
          where c.size is null and organization = p.organization order by size desc limit 1
        ) l on true
        where p.log is not null and (coalesce(c.size, l.size) is null or coalesce(c.size, l.size) <= p.position)
        """
            + (organization.isPresent() ? " and p.organization = :organization" : "")
            + " limit "
            + AT_ONCE;
    JdbcClient.StatementSpec statement = jdbc.sql(live.sql(sql));
    return organization
        .map(id -> statement.param("organization", id.uuid()))
        .orElse(statement)
        .query((row, n) -> due(row))
        .list();
  }

  private static Due due(ResultSet row) throws SQLException {
    var organization =
        OrganizationId.of(Objects.requireNonNull(row.getObject("organization", UUID.class)));
    byte[] root = row.getBytes("root");
    String entry = row.getString("entry");
    try {
      return new Due(
          organization,
          Frontier.of(row.getLong("size"), row.getBytes("log")),
          root != null
              ? new Signed(row.getLong("signed"), new Hash(root))
              : entry == null ? null : Signed.of(Checkpoint.parse(entry)));
    } catch (IllegalArgumentException e) {
      // Nothing of ours was stored like that: it stops no other organisation's signing.
      return new Due(organization, null, null);
    }
  }

  private boolean goesOn(ViewVersion live, Due due, @Nullable Frontier stored) {
    boolean goesOn =
        stored != null
            && goesOn(
                new TiledTree(StoredRows.of(jdbc, live, due.organization().uuid())),
                due.before(),
                stored);
    if (goesOn) {
      inconsistent.remove(due.organization());
    } else if (inconsistent.add(due.organization())) {
      log.error(
          "the log of organisation {} doesn't go on from what was signed of it: nothing more of it"
              + " is signed",
          due.organization());
    }
    return goesOn;
  }

  private static boolean goesOn(TiledTree tree, @Nullable Signed before, Frontier log) {
    long size = log.size();
    Hash root = log.root();
    try {
      return before == null
          ? Proofs.root(size, tree).equals(root)
          : Proofs.isConsistent(
              before.size(),
              before.root(),
              size,
              root,
              Proofs.consistency(before.size(), size, tree));
    } catch (TiledTree.MissingHashException e) {
      return false;
    }
  }

  private PlatformLog.OfOrganization sign(OrganizationId organization, Frontier log) {
    String origin = keys.of(organization);
    var checkpoint = new Checkpoint(origin, log.size(), log.root());
    jdbc.sql(
            """
            insert into log_checkpoints (organization, size, root, note, signed_at)
            values (:organization, :size, :root, :note, :at)
            on conflict (organization) do update
            set size = excluded.size, root = excluded.root, note = excluded.note, signed_at = excluded.signed_at
            """)
        .param("organization", organization.uuid())
        .param("size", checkpoint.size())
        .param("root", checkpoint.root().bytes())
        .param("note", checkpoint.signedBy(keys.signersOf(origin)).toString())
        .param("at", clock.instant().atOffset(ZoneOffset.UTC))
        .update();
    return new PlatformLog.OfOrganization(organization, checkpoint);
  }
}
