package dev.keyledger.token.identity.people;

import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.web.bounds.Network;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * From which networks a person has signed in before, by what they proved there: a network that a
 * password alone was proven from isn't known for codes. Of each person so many are kept for so long
 * ({@link PeopleSettings.KnownNetworks}), as keyed hashes from which neither an address nor a
 * neighbour can be told.
 */
@Component
final class KnownNetworks {
  /** A subscriber's IPv4 address changes, mostly within this. */
  private static final int NEIGHBOURHOOD = 24;

  private static final int SUBSCRIBER = 64;

  /** Whom no network is known of, so that the look-up is the same for an unknown person. */
  private static final PersonId NOBODY =
      new PersonId(PersonId.PREFIX + "00000000-0000-7000-8000-000000000000");

  private final JdbcClient jdbc;
  private final DataKeys keys;
  private final PeopleSettings.KnownNetworks settings;

  KnownNetworks(JdbcClient jdbc, DataKeys keys, PeopleSettings settings) {
    this.jdbc = jdbc;
    this.keys = keys;
    this.settings = settings.knownNetworks();
  }

  /** What is one network here: 256 addresses of IPv4, or the 64 bits of an IPv6 subscriber. */
  static String around(String address) {
    Network network = Network.around(address, NEIGHBOURHOOD, SUBSCRIBER);
    return network == null ? address : network.name();
  }

  /** No network that can't be told is known, whoever comes from there. */
  boolean isKnown(@Nullable PersonId person, Factor factor, String address, Instant at) {
    PersonId whose = person == null || address.isEmpty() ? NOBODY : person;
    return jdbc.sql(
            """
            select exists (select from known_network
                           where person_id = :person and factor = :factor and network in (:networks)
                                 and last_used_at > :forgotten)
            """)
        .param("person", whose.uuid())
        .param("factor", factor.name())
        .param("networks", keys.indexes(index(factor), text(whose, address)))
        .param("forgotten", Column.of(at.minus(settings.memory())))
        .query(Boolean.class)
        .single();
  }

  /** The ones used the longest ago go where there are too many. */
  void remember(HeldPerson held, Factor factor, String address, Instant at) {
    if (address.isEmpty()) {
      return;
    }
    byte[] network = keys.index(index(factor), text(held.id(), address)).bytes();
    jdbc.sql(
            """
            insert into known_network (person_id, factor, network, last_used_at)
            values (:person, :factor, :network, :at)
            on conflict (person_id, factor, network) do update set last_used_at = excluded.last_used_at
            """)
        .param("person", held.id().uuid())
        .param("factor", factor.name())
        .param("network", network)
        .param("at", Column.of(at))
        .update();
    jdbc.sql(
            """
            delete from known_network where person_id = :person and factor = :factor and network in (
              select network from known_network where person_id = :person and factor = :factor
              order by network = :network desc, last_used_at desc offset :most)
            """)
        .param("person", held.id().uuid())
        .param("factor", factor.name())
        .param("network", network)
        .param("most", settings.most())
        .update();
  }

  /** What was proven there is good no more. */
  void forget(HeldPerson held, Factor factor) {
    jdbc.sql("delete from known_network where person_id = :person and factor = :factor")
        .param("person", held.id().uuid())
        .param("factor", factor.name())
        .update();
  }

  void forget(PersonId person) {
    jdbc.sql("delete from known_network where person_id = :person")
        .param("person", person.uuid())
        .update();
  }

  int sweep(Instant at, int atMost) {
    // What a sign-in is about to use again is skipped.
    return jdbc.sql(
            """
            delete from known_network where (person_id, factor, network) in (
              select person_id, factor, network from known_network where last_used_at < :forgotten
              order by last_used_at limit :atMost for update skip locked)
            """)
        .param("forgotten", Column.of(at.minus(settings.memory())))
        .param("atMost", atMost)
        .update();
  }

  private static String index(Factor factor) {
    return "networks known for a " + factor;
  }

  private static String text(PersonId person, String address) {
    return person.value() + " " + around(address);
  }
}
