package dev.keyledger.query.addresses;

import dev.keyledger.client.address.AddressRange;
import dev.keyledger.events.EventCodec;
import dev.keyledger.events.LedgerEvent;
import dev.keyledger.events.PersonEvent.PersonErased;
import dev.keyledger.events.credential.SealedText;
import dev.keyledger.events.id.OrganizationId;
import dev.keyledger.events.id.PersonId;
import dev.keyledger.kit.people.PeopleKeys;
import dev.keyledger.kit.people.PeopleKeys.Opened;
import dev.keyledger.query.addresses.AddressTable.AddressRow;
import dev.keyledger.query.database.Transactions;
import dev.keyledger.query.versions.ViewVersion;
import dev.keyledger.query.versions.ViewVersions;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
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
import org.springframework.stereotype.Component;

/**
 * By which addresses are searched. It is made of the views' events, an organisation at a time and
 * in the order of positions, by whichever replica comes first: so it is never ahead of what is
 * shown, and whatever holds the views back holds it back.
 */
@Component
public final class AddressIndex {
  private static final int STEP = 2_000;
  private static final int SWEPT_AT_ONCE = 10_000;

  /** Of more, no more keys are kept than these, so that each question would begin anew. */
  private static final int MOST_PEOPLE = PeopleKeys.PEOPLE;

  private static final String SYSTEM = "system";
  private static final String ERASED = "person.erased";

  /** What became of a step. */
  enum Step {
    /** There may be more. */
    DONE,
    /** Everything that is shown is indexed. */
    LEVEL,
    /** Data keys can't be had just now. */
    HINDERED
  }

  private record NextEvents(long next, List<LedgerEvent> events) {}

  private final Transactions transactions;
  private final ViewVersions versions;
  private final PeopleKeys people;

  AddressIndex(Transactions transactions, ViewVersions versions, PeopleKeys people) {
    this.transactions = transactions;
    this.versions = versions;
    this.people = people;
  }

  /**
   * A few of the organisations of which more is shown than is indexed.
   *
   * @param atMost how many
   */
  List<OrganizationId> behind(int atMost) {
    ViewVersion live = versions.live();
    return transactions.run(connection -> {
      try (PreparedStatement statement =
          connection.prepareStatement(
              live.sql(
                  "select v.organization from positions@ v left join address_progress a using"
                      + " (organization) where v.position >= coalesce(a.next_position, 0) limit"
                      + " ?"))) {
        statement.setInt(1, atMost);
        List<OrganizationId> found = new ArrayList<>();
        try (ResultSet rows = statement.executeQuery()) {
          while (rows.next()) {
            found.add(OrganizationId.of(rows.getObject(1, UUID.class)));
          }
        }
        return found;
      }
    });
  }

  /** Indexes the next few events of an organisation. */
  Step step(OrganizationId organization) {
    return step(organization, OptionalLong.empty());
  }

  private Step step(OrganizationId organization, OptionalLong deadline) {
    ViewVersion live = versions.live();
    long from = transactions.run(connection -> AddressTable.next(connection, organization));
    NextEvents read = transactions.run(connection -> read(connection, live, organization, from));
    if (read.next() == from) {
      return Step.LEVEL;
    }
    // In no transaction: it may take as long as token-service does.
    Set<PersonId> acted = peopleOf(read.events());
    Opened opened =
        deadline.isEmpty()
            ? people.of(acted)
            : people.more(Opened.NOTHING, acted, deadline.getAsLong());
    if (!opened.complete()) {
      return Step.HINDERED;
    }
    List<AddressRow> rows = rows(organization, read.events(), opened);
    Set<PersonId> erased = erased(read.events());
    boolean stored =
        transactions.run(connection -> {
          if (!erased.isEmpty()) {
            AddressTable.erase(connection, erased);
          }
          return store(connection, organization, from, read.next(), rows);
        });
    if (stored && !erased.isEmpty()) {
      // At once what goes at once: the rounds see to the rest.
      boolean unused = sweepSome();
    }
    return Step.DONE;
  }

  private static boolean store(
      Connection connection,
      OrganizationId organization,
      long from,
      long next,
      List<AddressRow> rows)
      throws SQLException {
    Set<UUID> erased =
        AddressTable.lockOutErasures(
            connection, rows.stream().map(AddressRow::person).collect(Collectors.toSet()));
    // Where another replica was first, there is nothing to add.
    boolean first = AddressTable.advance(connection, organization, from, next);
    if (first) {
      AddressTable.add(
          connection,
          organization,
          rows.stream().filter(row -> !erased.contains(row.person().uuid())).toList());
    }
    return first;
  }

  /** Takes away what is left of who was erased; nothing of it is found any more anyway. */
  void sweep() {
    while (!sweepSome()) {
      // There is more.
    }
  }

  private boolean sweepSome() {
    boolean events = transactions.run(connection -> AddressTable.sweep(connection, SWEPT_AT_ONCE));
    boolean networks =
        transactions.run(connection -> NetworkTable.sweep(connection, SWEPT_AT_ONCE));
    return events && networks;
  }

  private static NextEvents read(
      Connection connection, ViewVersion live, OrganizationId organization, long from)
      throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            live.sql(
                "select position, actor_kind, type, record from events@ where organization = ? and"
                    + " position >= ? order by position limit ?"))) {
      statement.setObject(1, organization.uuid());
      statement.setLong(2, from);
      statement.setInt(3, STEP);
      long next = from;
      List<LedgerEvent> events = new ArrayList<>();
      try (ResultSet rows = statement.executeQuery()) {
        while (rows.next()) {
          next = rows.getLong(1) + 1;
          // The platform itself has no address.
          if (!SYSTEM.equals(rows.getString(2)) || ERASED.equals(rows.getString(3))) {
            events.add(EventCodec.decodeEvent(rows.getBytes(4)));
          }
        }
      }
      return new NextEvents(next, events);
    }
  }

  private static Set<PersonId> peopleOf(List<LedgerEvent> events) {
    Set<PersonId> people = new HashSet<>();
    for (LedgerEvent event : events) {
      SealedText address = event.origin().address();
      if (address != null) {
        people.add(address.person());
      }
    }
    return people;
  }

  private static Set<PersonId> erased(List<LedgerEvent> events) {
    Set<PersonId> erased = new HashSet<>();
    for (LedgerEvent event : events) {
      if (event.event() instanceof PersonErased of) {
        erased.add(of.person());
      }
    }
    return erased;
  }

  private static List<AddressRow> rows(
      OrganizationId organization, List<LedgerEvent> events, Opened opened) {
    List<AddressRow> rows = new ArrayList<>();
    Map<PersonId, Map<String, Optional<long[]>>> known = new HashMap<>();
    for (LedgerEvent event : events) {
      SealedText sealed = event.origin().address();
      String address = opened.text(sealed);
      if (sealed != null && address != null) {
        known
            .computeIfAbsent(sealed.person(), person -> new HashMap<>())
            .computeIfAbsent(
                address,
                text ->
                    opened
                        .keyOf(sealed.person())
                        .flatMap(key -> Networks.hashes(organization, key, text)))
            .ifPresent(
                hashes -> rows.add(new AddressRow(sealed.person(), event.position(), hashes)));
      }
    }
    return rows;
  }

  /**
   * What a range is looked for by in an organisation. The events up to its position are all
   * indexed: those that are shown and aren't yet are indexed first, as many as go in a moment.
   *
   * @param has the keys that the request was given before
   * @param deadline by {@link System#nanoTime}
   * @return empty where data keys can't be had, or not in time
   */
  public Optional<SoughtAddresses> seek(
      OrganizationId organization, AddressRange range, Opened has, long deadline) {
    OptionalInt level = Networks.levelOf(range);
    if (level.isEmpty()) {
      return Optional.of(SoughtAddresses.byWalking(range));
    }
    Step step = Step.DONE;
    while (step == Step.DONE && System.nanoTime() - deadline < 0) {
      step = step(organization, OptionalLong.of(deadline));
    }
    if (step == Step.HINDERED) {
      return Optional.empty();
    }
    long next = transactions.run(connection -> AddressTable.next(connection, organization));
    Map<UUID, Integer> everybody =
        transactions.run(
            connection -> AddressTable.everybody(connection, organization, MOST_PEOPLE + 1));
    if (everybody.size() > MOST_PEOPLE) {
      return Optional.of(SoughtAddresses.byWalking(range));
    }
    Opened opened =
        people.more(
            has,
            everybody.keySet().stream().map(PersonId::of).collect(Collectors.toSet()),
            deadline);
    if (!opened.complete()) {
      return Optional.empty();
    }
    Map<Integer, Long> hashes = new HashMap<>();
    everybody.forEach((person, who) ->
        opened
            .keyOf(PersonId.of(person))
            .ifPresent(
                key -> hashes.put(who, Networks.hash(organization, key, range, level.getAsInt()))));
    return Optional.of(new SoughtAddresses(range, level, hashes, opened, next));
  }

  /**
   * The keys of what is sealed, beside those that a question has.
   *
   * @param deadline by {@link System#nanoTime}
   */
  public Opened open(Opened has, Collection<SealedText> sealed, long deadline) {
    return people.more(
        has, sealed.stream().map(SealedText::person).collect(Collectors.toSet()), deadline);
  }
}
