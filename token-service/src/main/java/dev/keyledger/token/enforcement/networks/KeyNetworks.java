package dev.keyledger.token.enforcement.networks;

import dev.keyledger.events.feed.Activity;
import dev.keyledger.events.id.KeyId;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.kit.counts.Counted;
import dev.keyledger.kit.web.bounds.Network;
import dev.keyledger.token.enforcement.outbox.Happening;
import dev.keyledger.token.enforcement.outbox.Outbox;
import dev.keyledger.token.enforcement.usage.UsageCounter;
import dev.keyledger.token.enforcement.usage.UsageCounter.Used;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import java.time.Clock;
import java.time.Instant;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * From which networks keys are used, and how often by days, in PostgreSQL: what was counted comes
 * here with what is published. The first use from a network is told, once for all replicas, in the
 * transaction that remembers it.
 */
@Component
public final class KeyNetworks {
  private static final Logger log = LoggerFactory.getLogger(KeyNetworks.class);

  /** Of one key; all beyond are one. */
  static final int MOST = 1_000;

  /** Uses from networks that aren't told apart, and from addresses that had no room. */
  static final String OTHERS = "0.0.0.0/0";

  /** Uses from an address that wasn't known. */
  static final String NOWHERE = "::/0";

  /** Days for which uses are kept. */
  static final int DAYS = 31;

  private static final int FORGOTTEN_AFTER_DAYS = 400;
  private static final int BITS_OF_IPV4 = 24;
  private static final int BITS_OF_IPV6 = 48;
  private static final int AT_ONCE = 500;

  /** Uses of a key from one network on one day. */
  private record Place(UUID key, String network, LocalDate day) {
    boolean isKnown() {
      return !network.equals(NOWHERE) && !network.equals(OTHERS);
    }
  }

  private record Uses(Place place, OrganizationId organization, long count, Instant last) {
    Uses and(Uses more) {
      return new Uses(
          place, organization, count + more.count, last.isAfter(more.last) ? last : more.last);
    }
  }

  private final JdbcClient jdbc;
  private final TransactionTemplate transactions;
  private final Outbox outbox;
  private final Clock clock;
  private final Counter lost;
  private LocalDate swept = LocalDate.MIN;

  KeyNetworks(
      JdbcClient jdbc,
      TransactionTemplate transactions,
      Outbox outbox,
      Clock clock,
      MeterRegistry registry) {
    this.jdbc = jdbc;
    this.transactions = transactions;
    this.outbox = outbox;
    this.clock = clock;
    this.lost = registry.counter("keyledger.counts.lost", "counts", "networks");
  }

  /** What can't be kept now is lost, and counted as that. */
  public void keep(List<Counted<Used>> uses) {
    List<Uses> places = places(uses);
    for (int from = 0; from < places.size(); from += AT_ONCE) {
      List<Uses> some = places.subList(from, Math.min(places.size(), from + AT_ONCE));
      attempt(some.stream().mapToLong(Uses::count).sum(), () -> keepAtOnce(some));
    }
    LocalDate today = LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC);
    if (!today.equals(swept)) {
      swept = today;
      attempt(0, () -> forget(today));
    }
  }

  private void attempt(long uses, Runnable work) {
    try {
      transactions.executeWithoutResult(status -> work.run());
    } catch (DataAccessException | TransactionException e) {
      lost.increment((double) uses);
      log.warn("From where keys were used can't be kept: {}", e.getClass().getSimpleName());
      log.debug("not kept", e);
    }
  }

  // In one order for all replicas, so that two of them can't wait for one another.
  private static List<Uses> places(List<Counted<Used>> uses) {
    Map<Place, Uses> places = new HashMap<>();
    Map<String, String> networks = new HashMap<>();
    for (Counted<Used> use : uses) {
      String network = networks.computeIfAbsent(use.what().address(), KeyNetworks::around);
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

  private static String around(String address) {
    if (address.equals(UsageCounter.SOMEWHERE)) {
      return OTHERS;
    }
    Network network = Network.around(address, BITS_OF_IPV4, BITS_OF_IPV6);
    return network == null ? NOWHERE : network.name();
  }

  private void keepAtOnce(List<Uses> uses) {
    Map<Boolean, List<Uses>> byKnowing =
        uses.stream().collect(Collectors.partitioningBy(one -> one.place().isKnown()));
    List<Uses> bounded = bounded(byKnowing.getOrDefault(true, List.of()));
    outbox.record(firstSeen(bounded).stream().map(KeyNetworks::told).toList());
    add(
        Stream.of(bounded, byKnowing.getOrDefault(false, List.of()))
            .flatMap(List::stream)
            .toList());
  }

  private static Happening told(Uses first) {
    return new Happening(
        Activity.Kind.KEY_FIRST_SEEN,
        first.organization(),
        null,
        null,
        KeyId.of(first.place().key()),
        codeOf(first.place().network()),
        first.last());
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

  private void forget(LocalDate today) {
    jdbc.sql("delete from key_use where day < :before")
        .param("before", today.minusDays(DAYS))
        .update();
    jdbc.sql("delete from key_network where last_used_on < :before")
        .param("before", today.minusDays(FORGOTTEN_AFTER_DAYS))
        .update();
  }
}
