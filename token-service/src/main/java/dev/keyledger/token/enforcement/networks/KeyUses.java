package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.id.KeyId;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** How often keys were used in the last thirty days, and how much of that was from elsewhere. */
@Component
final class KeyUses {
  /** Of today and the days before. */
  static final int DAYS = 30;

  /**
   * @param uses in all
   * @param outside from networks that none of the ranges reaches, or from an address that wasn't
   *     known
   * @param undecided from networks that the ranges reach in part, or that aren't told apart
   */
  record Of(KeyId key, long uses, long outside, long undecided) {}

  /** Whoever asks gives up a little later, and the connection serves others again. */
  private static final String AT_MOST = "1500ms";

  /** The pool is for all else, too. */
  private static final int AT_ONCE = 4;

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Clock clock;
  private final Semaphore room = new Semaphore(AT_ONCE);

  KeyUses(JdbcClient jdbc, TransactionTemplate transactions, Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.clock = clock;
  }

  /** The first day that is looked at, of UTC. */
  LocalDate since() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(DAYS - 1);
  }

  /**
   * @param ranges none where address doesn't matter
   * @return of those that were used
   * @throws DataAccessException when it would take too long, or too many ask at once
   */
  List<Of> of(List<KeyId> keys, List<String> ranges) {
    if (!room.tryAcquire()) {
      throw new TransientDataAccessResourceException("as many ask for uses of keys as may at once");
    }
    try {
      return transactions.execute(status -> {
        jdbc.sql("select set_config('statement_timeout', :atMost, true)")
            .param("atMost", AT_MOST)
            .query(String.class)
            .single();
        return counted(keys, ranges);
      });
    } finally {
      room.release();
    }
  }

  // Each range is read once and each network judged once, whatever was used how often from there.
  private List<Of> counted(List<KeyId> keys, List<String> ranges) {
    return jdbc.sql(
            """
            with given as materialized (select r::inet as range from unnest(:ranges::text[]) r),
            used as materialized (
              select key, network, sum(uses) as uses from key_use
              where key = any (:keys::text[]::uuid[]) and day >= :since::text::date group by key, network),
            judged as materialized (
              select network, case
                  when network = :nowhere::cidr then 'outside'
                  when network = :others::cidr then 'undecided'
                  when not exists (select from given where network && range) then 'outside'
                  when exists (select from given where network <<= range) then 'inside'
                  else 'undecided' end as place
              from (select distinct network from used) networks)
            select key, sum(uses), coalesce(sum(uses) filter (where place = 'outside'), 0),
                   coalesce(sum(uses) filter (where place = 'undecided'), 0)
            from used join judged using (network)
            group by key
            """)
        .param("nowhere", KeyNetworks.NOWHERE)
        .param("others", KeyNetworks.OTHERS)
        .param("ranges", ranges.toArray(String[]::new))
        .param("keys", keys.stream().map(key -> key.uuid().toString()).toArray(String[]::new))
        .param("since", since().toString())
        .query((row, n) ->
            new Of(
                KeyId.of(row.getObject(1, UUID.class)),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4)))
        .list();
  }
}
