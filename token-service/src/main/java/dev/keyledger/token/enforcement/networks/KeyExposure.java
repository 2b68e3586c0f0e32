package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.token.enforcement.access.AccessState;
import dev.keyledger.token.enforcement.access.KeyEntry;
import dev.keyledger.token.enforcement.usage.ToldNetworks;
import dev.keyledger.token.enforcement.usage.ToldNetworks.From;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;
import org.springframework.dao.TransientDataAccessResourceException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * What is known of a key's uses since a time, by days of UTC, and what came of it that may be
 * alive. How far back that goes it says: what was never written down isn't nothing.
 */
@Component
final class KeyExposure {
  private static final int MOST_PLACES = 100;
  private static final String AT_MOST = "1500ms";

  /** The pool is for all else, too. */
  private static final int AT_ONCE = 4;

  /**
   * @param network as the organisation may be told; {@code null} where the kind says it all, and
   *     where it can't be told
   */
  record Place(
      Activity.@Nullable Network network,
      KeyUsage.Kind kind,
      long uses,
      LocalDate firstUsedOn,
      LocalDate lastUsedOn) {}

  /**
   * @param knownFrom the first day of which all uses are known
   * @param uses that are known since the day of the time that was asked
   * @param placeCount how many there are
   * @param places a hundred of them, the most used first
   * @param refreshTokens that could be exchanged for others, whenever they were given
   * @param refreshUntil when the last of them expires; {@code null} for none
   * @param listedTokens access tokens of the key that were listed since then and whose time isn't
   *     up
   * @param listedUntil when the last of them expires; {@code null} for none
   */
  record Of(
      LocalDate knownFrom,
      long uses,
      int placeCount,
      List<Place> places,
      int refreshTokens,
      @Nullable Instant refreshUntil,
      @Nullable Instant refreshedAt,
      int listedTokens,
      @Nullable Instant listedUntil) {}

  private record Row(String network, long uses, LocalDate first, LocalDate last) {}

  private record Listed(int alive, @Nullable Instant until) {}

  private record Found(
      LocalDate knownFrom, List<Row> rows, KeyUsage.Families families, Listed listed) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final AccessState state;
  private final ToldNetworks told;
  private final KeyUsage usage;
  private final Clock clock;
  private final Semaphore room = new Semaphore(AT_ONCE);

  KeyExposure(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      AccessState state,
      ToldNetworks told,
      KeyUsage usage,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.state = state;
    this.told = told;
    this.usage = usage;
    this.clock = clock;
  }

  /**
   * Of another organisation's key there is nothing.
   *
   * @throws org.springframework.dao.DataAccessException when it would take too long, too many ask,
   *     data keys can't be had, or the key isn't known here (yet)
   */
  Of since(OrganizationId organization, KeyId key, Instant since) {
    LocalDate oldest =
        LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC).minusDays(KeyUses.DAYS - 1L);
    KeyEntry entry = state.key(key);
    if (entry == null) {
      throw new TransientDataAccessResourceException("a key that isn't known here may be used");
    }
    if (!entry.organizationId().equals(organization)) {
      return new Of(oldest, 0, 0, List.of(), 0, null, null, 0, null);
    }
    if (!room.tryAcquire()) {
      throw new TransientDataAccessResourceException("as many ask what keys did as may at once");
    }
    try {
      return shown(key, read(organization, entry, key, since, oldest));
    } finally {
      room.release();
    }
  }

  private Found read(
      OrganizationId organization, KeyEntry entry, KeyId key, Instant since, LocalDate oldest) {
    return Objects.requireNonNull(
        transactions.execute(status -> {
          jdbc.sql("select set_config('statement_timeout', :atMost, true)")
              .param("atMost", AT_MOST)
              .query(String.class)
              .single();
          return new Found(
              knownFrom(oldest),
              rows(key, LocalDate.ofInstant(since, ZoneOffset.UTC)),
              usage.families(organization, key, entry.liveSecretNames(clock.millis())),
              listed(key, since));
        }));
  }

  // What is older was deleted, or was before uses were written down at all.
  private LocalDate knownFrom(LocalDate oldest) {
    LocalDate first =
        jdbc.sql("select day from key_use order by day limit 1")
            .query(LocalDate.class)
            .optional()
            .orElse(oldest);
    return first.isAfter(oldest) ? first : oldest;
  }

  private Of shown(KeyId key, Found found) {
    List<Row> rows = found.rows();
    KeyUsage.Families families = found.families();
    Listed listed = found.listed();
    List<Row> first = rows.stream().limit(MOST_PLACES).toList();
    Map<From, Activity.Network> networks =
        told.of(
            first.stream()
                .filter(row -> KeyUsage.kindOf(row.network()) == KeyUsage.Kind.NETWORK)
                .map(row -> new From(key.uuid(), row.network()))
                .toList());
    return new Of(
        found.knownFrom(),
        rows.stream().mapToLong(Row::uses).sum(),
        rows.size(),
        first.stream()
            .map(row ->
                new Place(
                    networks.get(new From(key.uuid(), row.network())),
                    KeyUsage.kindOf(row.network()),
                    row.uses(),
                    row.first(),
                    row.last()))
            .toList(),
        families.live(),
        families.until(),
        families.last(),
        listed.alive(),
        listed.until());
  }

  private List<Row> rows(KeyId key, LocalDate since) {
    return jdbc.sql(
            """
            select network::text, sum(uses), min(day), max(day) from key_use
            where key = :key and day >= :since::text::date group by network order by 2 desc, 1
            """)
        .param("key", key.uuid())
        .param("since", since.toString())
        .query((row, n) ->
            new Row(
                row.getString(1),
                row.getLong(2),
                row.getObject(3, LocalDate.class),
                row.getObject(4, LocalDate.class)))
        .list();
  }

  private Listed listed(KeyId key, Instant since) {
    return jdbc.sql(
            """
            select count(*), max(expires_at) from listed_token
            where key = :key and issued_at >= :since and expires_at > :now
            """)
        .param("key", key.uuid())
        .param("since", since.atOffset(ZoneOffset.UTC))
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .query((row, n) -> new Listed(row.getInt(1), instant(row, 2)))
        .single();
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
