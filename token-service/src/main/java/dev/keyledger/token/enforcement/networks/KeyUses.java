package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.id.KeyId;
import java.time.Clock;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

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

  private final JdbcClient jdbc;
  private final Clock clock;

  KeyUses(JdbcClient jdbc, Clock clock) {
    this.jdbc = jdbc;
    this.clock = clock;
  }

  /** The first day that is looked at, of UTC. */
  LocalDate since() {
    return LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(DAYS - 1);
  }

  /**
   * @param ranges none where address doesn't matter
   * @return of those that were used
   */
  List<Of> of(List<KeyId> keys, List<String> ranges) {
    return jdbc.sql(
            """
            select key, sum(uses), coalesce(sum(uses) filter (where place = 'outside'), 0),
                   coalesce(sum(uses) filter (where place = 'undecided'), 0)
            from (
              select key, uses, case
                  when network = :nowhere::cidr then 'outside'
                  when network = :others::cidr then 'undecided'
                  when exists (select from unnest(:ranges::text[]) r where network <<= r::inet) then 'inside'
                  when exists (select from unnest(:ranges::text[]) r where network && r::inet) then 'undecided'
                  else 'outside' end as place
              from key_use where key = any (:keys::text[]::uuid[]) and day >= :since::text::date) used
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
