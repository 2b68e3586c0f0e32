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
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * From where one key was used, by days of UTC, and what of refresh tokens came of it. What wasn't
 * written down yet, for a minute or so, isn't in it.
 */
@Component
final class KeyUsage {
  private static final int MOST_PLACES = 100;
  private static final int WEEK = 7;
  private static final String AT_MOST = "1500ms";

  /**
   * @param network as the organisation may be told; {@code null} where the kind says it all, and
   *     where it can't be told, as of a creator who was erased
   */
  record Place(
      Activity.@Nullable Network network,
      Kind kind,
      long today,
      long week,
      long all,
      LocalDate lastUsedOn) {}

  enum Kind {
    NETWORK,
    /** Those that aren't told apart. */
    OTHERS,
    /** Where it was used from an address that wasn't known. */
    UNKNOWN
  }

  /**
   * @param since the first day that is looked at
   * @param all since then
   * @param placeCount how many there are
   * @param places a hundred of them, the most used first
   * @param refreshTokens that could be exchanged for others
   * @param refreshUntil when the last of them expires, unless its lifetime is renewed; {@code null}
   *     for none
   * @param refreshedAt when the last one that is still kept was given; {@code null} for none
   */
  record Of(
      LocalDate since,
      long today,
      long week,
      long all,
      int placeCount,
      List<Place> places,
      int refreshTokens,
      @Nullable Instant refreshUntil,
      @Nullable Instant refreshedAt) {}

  private record Row(String network, long today, long week, long all, LocalDate lastUsedOn) {
    Kind kind() {
      return kindOf(network);
    }
  }

  static Kind kindOf(String network) {
    return switch (network) {
      case KeyNetworks.OTHERS -> Kind.OTHERS;
      case KeyNetworks.NOWHERE -> Kind.UNKNOWN;
      default -> Kind.NETWORK;
    };
  }

  record Families(int live, @Nullable Instant until, @Nullable Instant last) {}

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final AccessState state;
  private final ToldNetworks told;
  private final Clock clock;

  KeyUsage(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      AccessState state,
      ToldNetworks told,
      Clock clock) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.state = state;
    this.told = told;
    this.clock = clock;
  }

  /**
   * @throws org.springframework.dao.DataAccessException when it would take too long, or data keys
   *     can't be had
   */
  Of of(OrganizationId organization, KeyId key) {
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    LocalDate since = today.minusDays(KeyUses.DAYS - 1L);
    KeyEntry entry = state.key(key);
    if (entry == null || !entry.organizationId().equals(organization)) {
      return new Of(since, 0, 0, 0, 0, List.of(), 0, null, null);
    }
    return transactions.execute(status -> {
      jdbc.sql("select set_config('statement_timeout', :atMost, true)")
          .param("atMost", AT_MOST)
          .query(String.class)
          .single();
      return shown(
          since,
          key,
          rows(key, today, since),
          families(organization, key, entry.liveSecretNames(clock.millis())));
    });
  }

  private Of shown(LocalDate since, KeyId key, List<Row> rows, Families families) {
    List<Row> first = rows.stream().limit(MOST_PLACES).toList();
    Map<From, Activity.Network> networks =
        told.of(
            first.stream()
                .filter(row -> row.kind() == Kind.NETWORK)
                .map(row -> new From(key.uuid(), row.network()))
                .toList());
    return new Of(
        since,
        rows.stream().mapToLong(Row::today).sum(),
        rows.stream().mapToLong(Row::week).sum(),
        rows.stream().mapToLong(Row::all).sum(),
        rows.size(),
        first.stream()
            .map(row ->
                new Place(
                    networks.get(new From(key.uuid(), row.network())),
                    row.kind(),
                    row.today(),
                    row.week(),
                    row.all(),
                    row.lastUsedOn()))
            .toList(),
        families.live(),
        families.until(),
        families.last());
  }

  private List<Row> rows(KeyId key, LocalDate today, LocalDate since) {
    return jdbc.sql(
            """
            select network::text, coalesce(sum(uses) filter (where day = :today::text::date), 0),
              coalesce(sum(uses) filter (where day > :today::text::date - :week), 0), sum(uses), max(day)
            from key_use where key = :key and day >= :since::text::date
            group by network order by 4 desc, 1
            """)
        .param("today", today.toString())
        .param("week", WEEK)
        .param("key", key.uuid())
        .param("since", since.toString())
        .query((row, n) ->
            new Row(
                row.getString(1),
                row.getLong(2),
                row.getLong(3),
                row.getLong(4),
                row.getObject(5, LocalDate.class)))
        .list();
  }

  /** What came from a secret that works no more is dead, whether or not its row says so. */
  Families families(OrganizationId organization, KeyId key, List<String> secrets) {
    return jdbc.sql(
            """
            with live as (
              select expires_at from key_refresh_families
              where organization = :organization and key = :key and ended_at is null and expires_at > :now
                and secret = any (:secrets::text[]))
            select (select count(*) from live), (select max(expires_at) from live),
              (select max(issued_at) from key_refresh_tokens where organization = :organization and key = :key)
            """)
        .param("now", clock.instant().atOffset(ZoneOffset.UTC))
        .param("secrets", secrets.toArray(String[]::new))
        .param("organization", organization.value())
        .param("key", key.value())
        .query((row, n) -> new Families(row.getInt(1), instant(row, 2), instant(row, 3)))
        .single();
  }

  private static @Nullable Instant instant(ResultSet row, int column) throws SQLException {
    OffsetDateTime at = row.getObject(column, OffsetDateTime.class);
    return at == null ? null : at.toInstant();
  }
}
