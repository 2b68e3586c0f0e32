package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.database.Batches;
import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.token.enforcement.outbox.Happening;
import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.enforcement.usage.ToldNetworks;
import dev.keyledger.token.enforcement.usage.ToldNetworks.From;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.ConnectionCallback;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * From which networks keys are used, and how often by days, in PostgreSQL. The first use from a
 * network is told, once for all replicas, in the transaction that remembers it.
 */
@Component
final class KeyNetworks {
  /** Of one key; all beyond are one. */
  static final int MOST = 1_000;

  /** Uses from networks that aren't told apart, and from addresses that had no room. */
  static final String OTHERS = "0.0.0.0/0";

  /** Uses from an address that wasn't known. */
  static final String NOWHERE = "::/0";

  /** Days for which uses are kept. */
  static final int DAYS = 31;

  private static final int FORGOTTEN_AFTER_DAYS = 400;
  private static final int AT_ONCE = 500;

  /** Since they began to be kept, for a key that is older. */
  private static final Duration LEARNS_FOR = Duration.ofDays(1);

  private static final String AT_MOST = "5s";
  private static final int SILENT_AT_MOST_MILLIS = 10_000;

  /** Uses of a key from one network on one day. */
  record Place(UUID key, String network, LocalDate day) {
    boolean isKnown() {
      return !network.equals(NOWHERE) && !network.equals(OTHERS);
    }
  }

  record Uses(Place place, OrganizationId organization, long count, Instant last) {
    Uses and(Uses more) {
      return new Uses(
          place, organization, count + more.count, last.isAfter(more.last) ? last : more.last);
    }
  }

  private final JdbcTemplate template;
  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Outbox outbox;
  private final ToldNetworks told;

  KeyNetworks(
      JdbcTemplate template, TransactionTemplate transactions, Outbox outbox, ToldNetworks told) {
    this.template = template;
    this.jdbc = JdbcClient.create(template);
    this.transactions = transactions;
    this.outbox = outbox;
    this.told = told;
  }

  /**
   * By network and day, in portions that can be {@link #keep kept} each.
   *
   * @return in one order for all replicas, so that two of them can't wait for one another
   */
  static List<List<Uses>> portions(List<Counted<Used>> uses) {
    List<Uses> places = places(uses);
    var portions = new ArrayList<List<Uses>>();
    for (int from = 0; from < places.size(); from += AT_ONCE) {
      portions.add(places.subList(from, Math.min(places.size(), from + AT_ONCE)));
    }
    return portions;
  }

  private static List<Uses> places(List<Counted<Used>> uses) {
    Map<Place, Uses> places = new HashMap<>();
    Map<String, String> networks = new HashMap<>();
    for (Counted<Used> use : uses) {
      String network = networks.computeIfAbsent(use.what().address(), a -> around(use.what()));
      var place =
          new Place(use.what().key(), network, LocalDate.ofInstant(use.last(), ZoneOffset.UTC));
      places.merge(
          place, new Uses(place, use.what().organization(), use.count(), use.last()), Uses::and);
    }
    return places.values().stream()
        .sorted(
            Comparator.comparing((Uses one) -> one.place().key())
                .thenComparing(one -> one.place().network())
                .thenComparing(one -> one.place().day()))
        .toList();
  }

  private static String around(Used use) {
    if (use.address().equals(UsageCounter.SOMEWHERE)) {
      return OTHERS;
    }
    Network network = use.network();
    return network == null ? NOWHERE : network.name();
  }

  /**
   * @throws DataAccessException when PostgreSQL doesn't do it, or not in time
   */
  void keep(List<Uses> portion) {
    inTime(() -> {
      keepAtOnce(portion);
      return portion.size();
    });
  }

  // A connection that hangs would hold up all that comes behind it.
  private int inTime(Supplier<Integer> work) {
    return Objects.requireNonNull(
        transactions.execute(status -> {
          template.execute(
              (ConnectionCallback<Boolean>)
                  connection -> {
                    connection.setNetworkTimeout(Runnable::run, SILENT_AT_MOST_MILLIS);
                    return true;
                  });
          jdbc.sql("select set_config('statement_timeout', :atMost, true)")
              .param("atMost", AT_MOST)
              .query(String.class)
              .single();
          return work.get();
        }));
  }

  private void keepAtOnce(List<Uses> uses) {
    Map<Boolean, List<Uses>> byKnowing =
        uses.stream().collect(Collectors.partitioningBy(one -> one.place().isKnown()));
    List<Uses> bounded = bounded(byKnowing.getOrDefault(true, List.of()));
    List<Uses> firstSeen = firstSeen(bounded);
    if (!firstSeen.isEmpty()) {
      Instant began = began();
      tell(firstSeen.stream().filter(one -> !isLearnt(one, began)).toList());
    }
    add(
        Stream.of(bounded, byKnowing.getOrDefault(false, List.of()))
            .flatMap(List::stream)
            .toList());
  }

  /** When networks began to be kept here; the epoch where keys were never used without. */
  private Instant began() {
    return jdbc.sql("select at from key_network_began")
        .query((row, n) -> row.getObject(1, OffsetDateTime.class).toInstant())
        .optional()
        .orElse(Instant.EPOCH);
  }

  // A key that is older may have been used from there all along.
  private static boolean isLearnt(Uses first, Instant began) {
    return KeyId.of(first.place().key()).madeAt().isBefore(began)
        && first.last().isBefore(began.plus(LEARNS_FOR));
  }

  private void tell(List<Uses> firstSeen) {
    Map<From, Activity.Network> networks =
        told.of(
            firstSeen.stream()
                .map(Uses::place)
                .filter(Place::isKnown)
                .map(KeyNetworks::from)
                .toList());
    outbox.record(
        firstSeen.stream()
            .map(first ->
                new Happening(
                    Activity.Kind.KEY_FIRST_SEEN,
                    first.organization(),
                    null,
                    null,
                    KeyId.of(first.place().key()),
                    codeOf(first.place().network()),
                    first.last(),
                    networks.get(from(first.place()))))
            .toList());
  }

  private static From from(Place place) {
    return new From(place.key(), place.network());
  }

  private void add(List<Uses> uses) {
    jdbc.sql(
            """
            insert into key_use (key, day, network, uses)
            select key::uuid, day::date, network::cidr, sum(uses)
            from unnest(:keys::text[], :days::text[], :networks::text[], :uses::bigint[]) as given (key, day, network, uses)
            group by 1, 2, 3 order by 1, 2, 3
            on conflict (key, day, network) do update set uses = key_use.uses + excluded.uses
            """)
        .params(arguments(uses))
        .param("uses", uses.stream().map(Uses::count).toArray(Long[]::new))
        .update();
  }

  private static String codeOf(String network) {
    if (network.equals(OTHERS)) {
      return "many_networks";
    }
    return new Network(network).isIpv4() ? "ipv4_network" : "ipv6_network";
  }

  /** The same, with all of a key's networks beyond those that are told apart as one. */
  private List<Uses> bounded(List<Uses> uses) {
    List<Boolean> apart =
        jdbc.sql(
                """
                with given as materialized (
                  select key::uuid as key, network::cidr as network, n
                  from unnest(:keys::text[], :networks::text[]) with ordinality as given (key, network, n)),
                fresh as materialized (
                  select * from given where not exists (
                    select from key_network known where known.key = given.key and known.network = given.network)),
                full_keys as materialized (
                  select key from (select distinct key from fresh) keys
                  where (select count(*) from key_network known where known.key = keys.key) >= :most)
                select not (n in (select n from fresh) and key in (select key from full_keys)) from given
                order by n
                """)
            .params(arguments(uses))
            .param("most", MOST)
            .query(Boolean.class)
            .list();
    var bounded = new ArrayList<Uses>();
    for (int i = 0; i < uses.size(); i++) {
      Uses one = uses.get(i);
      bounded.add(
          apart.get(i)
              ? one
              : new Uses(
                  new Place(one.place().key(), OTHERS, one.place().day()),
                  one.organization(),
                  one.count(),
                  one.last()));
    }
    return bounded;
  }

  /** Of each network that wasn't there, its first use here. */
  private List<Uses> firstSeen(List<Uses> uses) {
    Map<String, Uses> byName = new HashMap<>();
    uses.forEach(one -> byName.merge(nameOf(one.place()), one, (a, b) -> a));
    return jdbc
        .sql(
            """
            insert into key_network as known (key, network, last_used_on)
            select key::uuid, network::cidr, max(day::date)
            from unnest(:keys::text[], :days::text[], :networks::text[]) as given (key, day, network)
            group by 1, 2 order by 1, 2
            on conflict (key, network) do update set last_used_on = excluded.last_used_on
              where known.last_used_on < excluded.last_used_on
            returning key || ' ' || network::text, xmax = 0
            """)
        .params(arguments(uses))
        .query((row, n) -> row.getBoolean(2) ? row.getString(1) : "")
        .list()
        .stream()
        .filter(byName::containsKey)
        .map(byName::get)
        .toList();
  }

  private static String nameOf(Place place) {
    return place.key() + " " + place.network();
  }

  private static Map<String, Object> arguments(List<Uses> uses) {
    return Map.of(
        "keys", column(uses, place -> place.key().toString()).toArray(String[]::new),
        "days", column(uses, place -> place.day().toString()).toArray(String[]::new),
        "networks", column(uses, Place::network).toArray(String[]::new));
  }

  private static <T> List<T> column(List<Uses> uses, Function<Place, T> of) {
    return uses.stream().map(Uses::place).map(of).toList();
  }

  /**
   * What was too long ago, some at a time.
   *
   * @throws DataAccessException when PostgreSQL doesn't do it, or not in time
   */
  void forget(LocalDate today) {
    Batches.deleteAll(atMost ->
        delete(
            """
            delete from key_use where (key, day, network) in (
              select key, day, network from key_use where day < :before
              order by day limit :atMost for update skip locked)
            """,
            today.minusDays(DAYS),
            atMost));
    Batches.deleteAll(atMost ->
        delete(
            """
            delete from key_network where (key, network) in (
              select key, network from key_network where last_used_on < :before
              order by last_used_on limit :atMost for update skip locked)
            """,
            today.minusDays(FORGOTTEN_AFTER_DAYS),
            atMost));
  }

  private int delete(String statement, LocalDate before, int atMost) {
    return inTime(
        () -> jdbc.sql(statement).param("before", before).param("atMost", atMost).update());
  }
}
