package dev.keyledger.query.addresses;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.keys.PersonKey;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.addresses.AddressIndex.Step;
import dev.keyledger.query.addresses.NetworkTable.Hashed;
import dev.keyledger.query.addresses.NetworkTable.ToldNetwork;
import dev.keyledger.query.database.Transactions;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;

/**
 * By which networks activity is searched. Each row says itself whether it is hashed yet: a search
 * looks at all that aren't beside those that the hashes lead to, so it needs none of them.
 */
@Component
public final class NetworkIndex {
  private static final int STEP = 500;

  /** Of a search: more would have it wait for what it doesn't need. */
  private static final int STEPS = 4;

  private final Transactions transactions;
  private final PeopleKeys people;

  NetworkIndex(Transactions transactions, PeopleKeys people) {
    this.transactions = transactions;
    this.people = people;
  }

  /**
   * Organisations some of whose rows aren't hashed, in an order of their own.
   *
   * @param last of those that were told before; {@code null} to begin
   */
  List<OrganizationId> behind(@Nullable OrganizationId last, int atMost) {
    return transactions.run(connection -> NetworkTable.unhashed(connection, last, atMost));
  }

  /** Hashes the next few of an organisation. */
  Step step(OrganizationId organization) {
    return step(organization, OptionalLong.empty());
  }

  private Step step(OrganizationId organization, OptionalLong deadline) {
    List<ToldNetwork> told =
        transactions.run(connection -> NetworkTable.unhashedOf(connection, organization, STEP));
    if (told.isEmpty()) {
      return Step.LEVEL;
    }
    Set<PersonId> wanted = new HashSet<>();
    for (ToldNetwork one : told) {
      if (one.person() != null) {
        wanted.add(one.person());
      }
    }
    // In no transaction: it may take as long as token-service does.
    Opened opened =
        deadline.isEmpty()
            ? people.of(wanted)
            : people.more(Opened.NOTHING, wanted, deadline.getAsLong());
    if (!opened.complete()) {
      return Step.HINDERED;
    }
    List<Hashed> rows = hashed(organization, told, opened);
    return transactions.run(connection -> {
      if (!NetworkTable.storeAlone(connection, organization)) {
        // Whoever is at it goes on: to wait for them would do nothing.
        return Step.LEVEL;
      }
      Set<UUID> erased = AddressTable.lockOutErasures(connection, wanted);
      NetworkTable.addPeople(
          connection,
          organization,
          wanted.stream()
              .filter(person -> opened.keyOf(person).isPresent() && !erased.contains(person.uuid()))
              .toList());
      NetworkTable.store(
          connection,
          organization,
          rows.stream()
              .map(row -> isOfOneOf(erased, row) ? withoutHashes(row.told()) : row)
              .toList());
      return Step.DONE;
    });
  }

  private static boolean isOfOneOf(Set<UUID> erased, Hashed row) {
    PersonId person = row.told().person();
    return person != null && erased.contains(person.uuid());
  }

  private static Hashed withoutHashes(ToldNetwork told) {
    return new Hashed(told, new @Nullable Long[Networks.LEVELS_TOLD]);
  }

  private static List<Hashed> hashed(
      OrganizationId organization, List<ToldNetwork> told, Opened opened) {
    List<Hashed> rows = new ArrayList<>();
    Map<Optional<PersonId>, Map<String, @Nullable Long[]>> known = new HashMap<>();
    for (ToldNetwork one : told) {
      PersonId person = one.person();
      String text = person == null ? one.network() : opened.text(one.sealed());
      PersonKey key = person == null ? null : opened.keyOf(person).orElse(null);
      rows.add(
          text == null
              ? withoutHashes(one)
              : new Hashed(
                  one,
                  known
                      .computeIfAbsent(Optional.ofNullable(person), p -> new HashMap<>())
                      .computeIfAbsent(
                          text,
                          t -> Networks.hashesOfTold(organization, Networks.ofTold(key), t))));
    }
    return rows;
  }

  /**
   * What a range is looked for by in an organisation.
   *
   * @param has the keys that the request was given before
   * @param deadline by {@link System#nanoTime}
   * @return empty where data keys can't be had, or not in time
   */
  public Optional<SoughtNetworks> seek(
      OrganizationId organization, AddressRange range, Opened has, long deadline) {
    OptionalInt level = Networks.levelOfTold(range);
    if (level.isEmpty()) {
      return Optional.of(SoughtNetworks.byWalking(range, has));
    }
    Step step = Step.DONE;
    for (int i = 0; i < STEPS && step == Step.DONE && System.nanoTime() - deadline < 0; i++) {
      step = step(organization, OptionalLong.of(deadline));
    }
    Set<UUID> everybody =
        transactions.run(
            connection -> NetworkTable.everybody(connection, organization, PeopleKeys.PEOPLE + 1));
    if (everybody.size() > PeopleKeys.PEOPLE) {
      return Optional.of(SoughtNetworks.byWalking(range, has));
    }
    Set<PersonId> persons = everybody.stream().map(PersonId::of).collect(Collectors.toSet());
    Opened opened = people.more(has, persons, deadline);
    if (!opened.complete()) {
      return Optional.empty();
    }
    List<Long> hashes = new ArrayList<>();
    hashes.add(hash(organization, null, range, level.getAsInt()));
    for (PersonId person : persons) {
      opened
          .keyOf(person)
          .ifPresent(key -> hashes.add(hash(organization, key, range, level.getAsInt())));
    }
    return Optional.of(new SoughtNetworks(range, level, everybody, hashes, opened));
  }

  private static long hash(
      OrganizationId organization, @Nullable PersonKey key, AddressRange range, int level) {
    return Networks.hashOfTold(organization, Networks.ofTold(key), range, level);
  }
}
